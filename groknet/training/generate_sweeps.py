"""Makes a pack of generated sweeps: products with known color, material, pattern and matte, seen all round.

  python3 -m groknet.training.generate_sweeps --make-sweep build/release/tests/support/make_sweep \\
      --out build/training/packs/g5_generated.tar.gz
"""
import argparse
import csv
import io
import json
import pathlib
import random
import subprocess
import tarfile
import tempfile

OBJECTS = ('box', 'tin', 'bottle', 'vase', 'bowl', 'mug', 'shoe', 'toy', 'stone')
PRINTS = ('label', 'floral', 'wood', 'terrazzo', 'patchwork', 'checks', 'stripes', 'plain', 'plain')
# make_sweep's names of colors, materials, patterns and objects -> the values of the packs' columns.
BASE_COLORS = {c: c.capitalize() for c in ('black', 'white', 'blue', 'brown', 'grey', 'red', 'green', 'pink',
                                           'purple', 'yellow', 'orange', 'teal')} | {'multicoloured': 'Multi'}
HOME_COLORS = {c: c for c in ('black', 'white', 'blue', 'brown', 'grey', 'red', 'green', 'pink', 'yellow',
                              'orange')} | {'multicoloured': 'multicolour', 'teal': 'turquoise'}
HOME_MATERIALS = {'metal': 'metal', 'glass': 'glass', 'ceramic': 'ceramic', 'plush': 'synthetic_textile'}
MATERIAL_CLASSES = {'metal': 'metal', 'glass': 'glass', 'cardboard': 'cardboard'}
FABRIC_PATTERNS = {'floral': 'floral', 'checked': 'checkered', 'striped': 'striped', 'plain': 'solid'}
HOME_TYPES = {'vase': 'vase_jar', 'bowl': 'tableware', 'mug': 'tableware', 'toy': 'toy'}
COLUMNS = ['path', 'mask', 'split', 'vertical', 'dataset', 'instance_id', 'family_id', 'licence', 'width',
           'height', 'base_colour', 'home_colour', 'home_type', 'home_material', 'material_class',
           'fabric_pattern', 'view_deg']


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--make-sweep', required=True, help='the program tests/support/make_sweep of a build')
    parser.add_argument('--out', required=True)
    parser.add_argument('--sweeps', type=int, default=108)
    parser.add_argument('--val', type=int, default=36, help='of the sweeps, kept for validation')
    parser.add_argument('--views', type=int, default=12)
    parser.add_argument('--size', type=int, default=176)
    parser.add_argument('--first-seed', type=int, default=5000)
    args = parser.parse_args()
    pathlib.Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, restval='')
    writer.writeheader()
    with tarfile.open(args.out, 'w:gz') as tar, tempfile.TemporaryDirectory() as scratch:
        for number in range(args.sweeps):
            split = 'val' if number >= args.sweeps - args.val else 'train'
            for row, picture, matte in sweep(args, number, pathlib.Path(scratch) / str(number)):
                writer.writerow(dict(row, split=split))
                add(tar, row['path'], picture)
                add(tar, row['mask'], matte)
        add(tar, 'labels.csv', table.getvalue().encode())


def sweep(args, number, folder):
    """Renders one sweep into `folder`; yields (row of labels.csv, bytes of the picture, bytes of the matte)
    of each view."""
    seed = args.first_seed + number
    rng = random.Random(seed)
    choice = {'object': OBJECTS[number % len(OBJECTS)], 'print': rng.choice(PRINTS),
              'finish': rng.choice(('matte', 'glossy')), 'background': rng.choice(('room', 'room', 'studio')),
              'capture': rng.choice(('walk', 'walk', 'turntable'))}
    command = [args.make_sweep, str(folder), '--size', f'{args.size}x{args.size}',
               '--frames', str(args.views), '--samples', '2', '--fps', '1', '--seed', str(seed),
               '--elevation', str(rng.randint(8, 45)), '--rasters', '--shake', '1', '--wander', '3',
               '--exposure-drift', '0.6', '--noise', '3']
    for key, value in choice.items():
        command += ['--' + key, value]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    item = json.loads((folder / 'meta.json').read_text())['item']
    shared = {'vertical': 'multiview', 'dataset': 'generated', 'instance_id': f'generated:{seed}',
              'family_id': f'generated:{seed}', 'licence': 'Apache-2.0', 'width': args.size,
              'height': args.size, **labels(item, choice['object'])}
    for k, path in enumerate(sorted((folder / 'images').iterdir())):
        view = f'{seed}_{k:02d}'
        row = {'path': f'img/{view}{path.suffix}', 'mask': f'matte/{view}.png', **shared,
               'view_deg': round(360 * k / args.views)}
        yield row, path.read_bytes(), (folder / 'matte' / f'{path.stem}.png').read_bytes()


def labels(item, kind):
    """item: of make_sweep's meta.json; kind: one of OBJECTS. What a column has no value for stays empty."""
    return {'base_colour': BASE_COLORS.get(item['color'], ''),
            'home_colour': HOME_COLORS.get(item['color'], ''),
            'home_type': HOME_TYPES.get(kind, ''),
            'home_material': HOME_MATERIALS.get(item['material'], ''),
            'material_class': MATERIAL_CLASSES.get(item['material'], ''),
            'fabric_pattern': FABRIC_PATTERNS.get(item['pattern'], '')}


def add(tar, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


if __name__ == '__main__':
    main()
