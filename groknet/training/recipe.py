"""The mixture as one readable file: seven datasets and 83 losses (recipe.toml)."""
import pathlib
import tomllib

EMBEDDING_LOSSES = ('exact_product', 'same_design', 'natural_to_catalogue')


def load(path=None):
    path = pathlib.Path(path) if path else pathlib.Path(__file__).with_name('recipe.toml')
    with open(path, 'rb') as file:
        recipe = tomllib.load(file)
    unknown = [n for n, loss in recipe['losses'].items() if loss['dataset'] not in list(recipe['datasets']) + ['all']]
    if unknown:
        raise SystemExit(f'{path}: losses of unknown datasets: {", ".join(unknown)}')
    return recipe


def write(path, heads, images_per_batch):
    """A first recipe for `heads`; head weights grow with the root of their labels."""
    lines = [HEADER, '[run]', 'trunk = "mobilenet_edgetpu"', 'input_size = 160', 'train_size = 144', 'batch = 512',
             'steps = 1100', 'further = 4', 'further_steps = 1000', 'further_rate = 0.6', 'learning_rate = 0.002', 'weight_decay = 0.02', 'seed = 1', 'version = "1"', 'licence = ""', '', '[datasets]']
    lines += [f'{name} = {{images_per_batch = {n}}}' for name, n in images_per_batch.items()]
    lines += ['', '[losses]']
    lines += [f'{h.name} = {{dataset = "{h.vertical}", kind = "{h.kind}", weight = 1.0}}' for h in heads]
    lines += ['exact_product = {dataset = "all", kind = "arcface", weight = 1.0}',
              'same_design = {dataset = "all", kind = "double_margin", weight = 1.0}',
              'natural_to_catalogue = {dataset = "all", kind = "multilabel_arcface", weight = 0.5}', '']
    pathlib.Path(path).write_text('\n'.join(lines))


HEADER = """# The training mixture: how many pictures of each dataset a batch holds, and each loss with its weight.
# A head's loss is further scaled by the root of how many of its labels a batch holds (losses.py, train.py).
"""
