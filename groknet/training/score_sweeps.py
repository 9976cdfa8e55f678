"""What all views of a sweep gain over one: errors of single views against those of the views fused.

  python3 -m groknet.training.score_sweeps --pack build/training/packs/g5_generated.tar.gz --rotaview build/release/cli/rotaview
"""
import argparse
import csv
import io
import json
import pathlib
import subprocess
import tarfile
import tempfile

import numpy as np

ATTRIBUTES = ('home_colour', 'base_colour', 'home_type', 'home_material', 'material_class', 'fabric_pattern')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pack', required=True, help='made by groknet.training.generate_sweeps; its val sweeps are tagged')
    parser.add_argument('--rotaview', required=True)
    args = parser.parse_args()
    single, fused = {a: [] for a in ATTRIBUTES}, {a: [] for a in ATTRIBUTES}
    for truth, lines in sweeps(args):
        for a in ATTRIBUTES:
            if truth[a]:
                wrong = [best(line, a) != truth[a] for line in lines]
                single[a].append(np.mean(wrong[:-1]))  # a random view's chance to be wrong
                fused[a].append(wrong[-1])
    for a in ATTRIBUTES:
        report(a, np.array(single[a]), np.array(fused[a], float))
    report('all', np.concatenate([single[a] for a in ATTRIBUTES]), np.concatenate([fused[a] for a in ATTRIBUTES]).astype(float))


def sweeps(args):
    """Truth of each validation sweep, and the lines of its photos with the item's last."""
    with tarfile.open(args.pack) as tar, tempfile.TemporaryDirectory() as scratch:
        rows = [r for r in csv.DictReader(io.TextIOWrapper(tar.extractfile('labels.csv'), 'utf-8')) if r['split'] == 'val']
        for name in sorted({r['instance_id'] for r in rows}):
            folder = pathlib.Path(scratch) / name.replace(':', '_')
            folder.mkdir()
            of = [r for r in rows if r['instance_id'] == name]
            for r in of:
                (folder / pathlib.Path(r['path']).name).write_bytes(tar.extractfile(r['path']).read())
            done = subprocess.run([args.rotaview, 'tag', folder, '--json', '--item'], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=True, text=True)
            yield of[0], [json.loads(line) for line in done.stdout.splitlines()]


def best(line, attribute):
    return (line['attributes'].get(attribute) or [{'value': None}])[0]['value']


def report(name, single, fused, draws=4000):
    rng = np.random.default_rng(0)
    pick = rng.integers(0, len(single), (draws, len(single)))
    cut = 1 - fused[pick].mean(1) / np.maximum(single[pick].mean(1), 1e-9)
    print(f'{name:16s} {len(single):3d} sweeps: one view wrong {single.mean():.3f}, all views wrong {fused.mean():.3f}, errors cut by '
          f'{1 - fused.mean() / max(single.mean(), 1e-9):.1%} (95 %: {np.percentile(cut, 2.5):.0%} to {np.percentile(cut, 97.5):.0%})')


if __name__ == '__main__':
    main()
