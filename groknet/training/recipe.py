"""The mixture as one readable file: seven datasets and 83 losses (recipe.toml)."""
import pathlib
import tomllib

HEADER = """\
# The training mixture: how many pictures of each dataset a batch holds, and each loss with its weight.
# A head's loss is further scaled by the square root of how many of its labels a batch holds (objective.py).
"""
RUN = """[run]
trunk = "mobilenet_edgetpu"
input_size = 160
train_size = 144
batch = 512
steps = 1100
further = 4
further_steps = 1000
further_rate = 0.6
learning_rate = 0.002
weight_decay = 0.02
seed = 1
version = "1"
licence = ""
"""
EMBEDDING_LOSSES = """exact_product = {dataset = "all", kind = "arcface", weight = 1.0}
same_design = {dataset = "all", kind = "double_margin", weight = 1.0}
natural_to_catalogue = {dataset = "all", kind = "multilabel_arcface", weight = 0.5}
"""


def load(path=None):
    path = pathlib.Path(path) if path else pathlib.Path(__file__).with_name('recipe.toml')
    with open(path, 'rb') as file:
        recipe = tomllib.load(file)
    datasets = [*recipe['datasets'], 'all']
    unknown = [name for name, loss in recipe['losses'].items() if loss['dataset'] not in datasets]
    if unknown:
        raise SystemExit(f'{path}: losses of unknown datasets: {", ".join(unknown)}')
    return recipe


def write(path, heads, images_per_batch):
    """A first recipe for `heads`. images_per_batch: {dataset: pictures in a batch}."""
    datasets = [f'{name} = {{images_per_batch = {n}}}\n' for name, n in images_per_batch.items()]
    losses = [f'{h.name} = {{dataset = "{h.vertical}", kind = "{h.kind}", weight = 1.0}}\n' for h in heads]
    parts = [HEADER, '\n', RUN, '\n[datasets]\n', *datasets, '\n[losses]\n', *losses, EMBEDDING_LOSSES]
    pathlib.Path(path).write_text(''.join(parts))
