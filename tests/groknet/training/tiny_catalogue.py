"""An invented catalogue and a trunk of two convolutions, so that tests need no pictures or weights of anyone.

Importing this ends a test as skipped where Debian's packages for training are missing, and lets it import
groknet.training.
"""
import csv
import io
import json
import pathlib
import sys
import tarfile

try:
    import numpy as np
    import onnx  # noqa: F401: only to see whether it is there
    import torch  # noqa: F401
    from PIL import Image
except ImportError as missing:
    print(f'skipped: {missing}; scripts/setup installs what training needs', file=sys.stderr)
    sys.exit(77)  # what CTest takes for "skipped"

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
from groknet.training import heads  # noqa: E402


def head(name, values, offset=0, vertical='fashion'):
    return heads.Head(name, vertical, values, 0.5, offset)


def catalogue(folder):
    folder = pathlib.Path(folder)
    (folder / 'packs').mkdir()
    write_pack(folder / 'packs' / 'g1_tiny.tar.gz')
    write_trunk(folder)
    return folder


def write_pack(path):
    columns = ['path', 'mask', 'split', 'vertical', 'dataset', 'instance_id', 'family_id', 'licence', 'width',
               'height', 'colour']
    table, rng = io.StringIO(), np.random.default_rng(5)
    writer = csv.DictWriter(table, columns, restval='')
    writer.writeheader()
    with tarfile.open(path, 'w:gz') as tar:
        for n in range(400):
            color = ('red', 'blue')[n % 2]
            pixels = rng.integers(0, 90, (32, 32, 3), dtype=np.uint8)
            pixels[..., 0 if color == 'red' else 2] += 120
            border = [*range(5), *range(27, 32)]
            pixels[border], pixels[:, border] = 10, 10  # a uniform background
            data = io.BytesIO()
            Image.fromarray(pixels).save(data, 'PNG')
            add(tar, f'img/{n}.png', data.getvalue())
            writer.writerow({'path': f'img/{n}.png', 'split': 'val' if n >= 320 else 'train',
                             'vertical': 'fashion', 'dataset': 'myntra', 'instance_id': f'm{n}',
                             'family_id': f'f{n // 4}', 'width': 32, 'height': 32, 'licence': 'none',
                             'colour': color})
        add(tar, 'labels.csv', table.getvalue().encode())


def add(tar, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def write_trunk(folder):
    rng = np.random.default_rng(6)
    ops, data = [{'op': 'QUANTIZE', 'inputs': [0], 'outputs': [1]}], b''
    for k, (out, channels) in enumerate(((8, 3), (16, 8))):
        weight = (rng.standard_normal((out, 3, 3, channels)) * 0.3).astype(np.float16)
        ops.append({'op': 'CONV', 'inputs': [k + 1, 0, 0], 'outputs': [k + 2], 'sh': 2, 'act': 1,
                    'w': {'shape': list(weight.shape), 'dtype': 'float16', 'offset': len(data)},
                    'b': {'shape': [out], 'dtype': 'float32', 'offset': len(data) + weight.nbytes}})
        data += weight.tobytes() + np.zeros(out, np.float32).tobytes()
    ops.append({'op': 'MEAN', 'inputs': [3], 'outputs': [4]})
    (folder / 'tiny_f16.json').write_text(json.dumps({'ops': ops}))
    (folder / 'tiny_f16.bin').write_bytes(data)


DISTILLATION = '''[distillation.plain]
weights = {features = 1.0, relations = 1.0}
relations = ["fashion"]
[distillation.specialists]
weights = {features = 1.0, relations = 1.0, labels = 1.0}
relations = ["fashion"]
'''


def write_recipe(path, distillation=False):
    path.write_text('[run]\ntrunk = "tiny"\ninput_size = 32\ntrain_size = 32\nbatch = 32\nsteps = 60\n'
                    'learning_rate = 0.01\nweight_decay = 0.01\nseed = 1\nfurther = 2\nfurther_steps = 20\n'
                    'further_rate = 0.6\ncode_share = 0.3\n[datasets]\n'
                    'fashion = {images_per_batch = 32, twins = 0.5}\n' +
                    DISTILLATION * distillation + '[losses]\n'
                    'colour = {dataset = "fashion", kind = "softmax", weight = 1.0}\n'
                    'exact_product = {dataset = "all", kind = "arcface", weight = 1.0}\n'
                    'same_design = {dataset = "all", kind = "double_margin", weight = 1.0}\n'
                    'natural_to_catalogue = {dataset = "all", kind = "multilabel_arcface", weight = 1.0}\n')
