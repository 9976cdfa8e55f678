"""Tables from the figures of several trainings: each head, and universal against single-task by paired bootstrap.

  python3 -m groknet.training.compare --out build/training --model universal
"""
import argparse
import json
import pathlib

import numpy as np

from . import evaluate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', required=True, help='the folder given to groknet.training')
    parser.add_argument('--model', default='universal', help='the phase to report')
    args = parser.parse_args()
    folder = pathlib.Path(args.out) / 'figures'
    ours, arrays = read(folder, args.model)
    print(head_table(ours['heads'], arrays['correct'], names_of(folder)))
    print(single_table(folder, arrays))
    print(retrieval_table(folder, args.model))


def read(folder, name):
    return json.loads((folder / f'{name}.json').read_text()), dict(np.load(folder / f'{name}.npz'))


def names_of(folder):
    return json.loads((folder / 'heads.json').read_text())


def interval(hits, seed=0, draws=1000):
    rng = np.random.default_rng(seed)
    means = hits[rng.integers(0, len(hits), (draws, len(hits)))].mean(1)
    return np.percentile(means, 2.5), np.percentile(means, 97.5)


def head_table(figures, correct, heads):
    lines = ['| head | vertical | labels | accuracy (95 %) | majority | gain | macro-F1 |', '|---|---|---|---|---|---|---|']
    for i, head in enumerate(heads):
        f = figures.get(head['name'])
        if not f:
            continue
        low, high = interval((correct[:, i][correct[:, i] >= 0] == 1).astype(float))
        lines.append(f"| {head['name']} | {head['vertical']} | {f['labels']} | {f['accuracy']:.3f} ({low:.3f} to {high:.3f}) | "
                     f"{f['majority']:.3f} | {f['gain']:+.3f} | {f['macro_f1']:.3f} |")
    gains = [f['gain'] for f in figures.values()]
    lines.append(f'\n{len(gains)} heads, mean gain over the majority class {np.mean(gains):+.4f}, mean accuracy '
                 f"{np.mean([f['accuracy'] for f in figures.values()]):.4f}, mean macro-F1 {np.mean([f['macro_f1'] for f in figures.values()]):.4f}\n")
    return '\n'.join(lines)


def single_table(folder, ours):
    heads = names_of(folder)
    place = {row: i for i, row in enumerate(ours['val'])}
    lines = ['| vertical | what | single-task | universal | difference (95 %) |', '|---|---|---|---|---|']
    for path in sorted(folder.glob('single-*.npz')):
        vertical = path.stem.removeprefix('single-')
        theirs = dict(np.load(path))
        shared = np.array([row in place for row in theirs['val']])
        rows = np.array([place[row] for row in theirs['val'][shared]], int)
        own = [i for i, h in enumerate(heads) if h['vertical'] == vertical]
        if own:
            single, universal = theirs['correct'][shared][:, own], ours['correct'][rows][:, own]
            labelled = single >= 0
            lines.append(compared(vertical, 'attributes, pooled', single[labelled] == 1, universal[labelled] == 1))
        for name in theirs:
            if name.startswith('hits_') and name in ours and len(theirs[name]) == len(ours[name]):
                lines.append(compared(vertical, 'recall@1 ' + name.removeprefix('hits_'), theirs[name], ours[name]))
    return '\n'.join(lines) + '\n'


def compared(vertical, what, single, universal):
    mean, low, high = evaluate.paired_bootstrap(universal, single)
    return f'| {vertical} | {what} | {single.mean():.3f} | {universal.mean():.3f} | {mean:+.3f} ({low:+.3f} to {high:+.3f}) |'


def retrieval_table(folder, model):
    ours, plain = json.loads((folder / f'{model}.json').read_text()), json.loads((folder / 'plain.json').read_text())
    lines = ['| retrieval, recall@1 | queries | plain trunk | this model | 256-bit code | code : float |', '|---|---|---|---|---|---|']
    for name, value in ours['recall_at_1'].items():
        code = ours['code_recall_at_1'][name]
        lines.append(f"| {name} | {ours['queries'][name]} | {plain['recall_at_1'].get(name, float('nan')):.3f} | {value:.3f} | {code:.3f} | "
                     f'{code / value:.3f} |')
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    main()
