"""Compares the errors of single views of a sweep with those of all its views fused.

  python3 -m groknet.training.score_sweeps --pack build/training/packs/g5_generated.tar.gz \\
      --rotaview build/release/cli/rotaview
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
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pack', required=True,
                        help='made by groknet.training.generate_sweeps; its val sweeps are tagged')
    parser.add_argument('--rotaview', required=True)
    args = parser.parse_args()
    single, fused = {a: [] for a in ATTRIBUTES}, {a: [] for a in ATTRIBUTES}
    for truth, lines in sweeps(args):
        for a in ATTRIBUTES:
            if truth[a]:
                wrong = [best(line, a) != truth[a] for line in lines]
                single[a].append(np.mean(wrong[:-1]))  # the probability that a random view is wrong
                fused[a].append(wrong[-1])
    for a in ATTRIBUTES:
        report(a, np.array(single[a]), np.array(fused[a], float))
    report('all', np.concatenate([single[a] for a in ATTRIBUTES]),
           np.concatenate([fused[a] for a in ATTRIBUTES]).astype(float))


def sweeps(args):
    """Yields the labels of each validation sweep and what `rotaview tag` says of its photos, then of the
    item."""
    with tarfile.open(args.pack) as tar, tempfile.TemporaryDirectory() as scratch:
        table = csv.DictReader(io.TextIOWrapper(tar.extractfile('labels.csv'), 'utf-8'))
        rows = [r for r in table if r['split'] == 'val']
        for name in sorted({r['instance_id'] for r in rows}):
            folder = pathlib.Path(scratch) / name.replace(':', '_')
            folder.mkdir()
            views = [r for r in rows if r['instance_id'] == name]
            for r in views:
                (folder / pathlib.Path(r['path']).name).write_bytes(tar.extractfile(r['path']).read())
            done = subprocess.run([args.rotaview, 'tag', folder, '--json', '--item'], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=True, text=True)
            yield views[0], [json.loads(line) for line in done.stdout.splitlines()]


def best(line, attribute):
    return (line['attributes'].get(attribute) or [{'value': None}])[0]['value']


def report(name, single, fused, draws=4000):
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(single), (draws, len(single)))
    reduction = 1 - fused[drawn].mean(1) / np.maximum(single[drawn].mean(1), 1e-9)
    print(f'{name:16s} {len(single):3d} sweeps: one view wrong {single.mean():.3f}, all views wrong '
          f'{fused.mean():.3f}, errors cut by {1 - fused.mean() / max(single.mean(), 1e-9):.1%} '
          f'(95 %: {np.percentile(reduction, 2.5):.0%} to {np.percentile(reduction, 97.5):.0%})')


if __name__ == '__main__':
    main()
