"""Tables from the metrics of several trainings: each head, and one model against the single-task networks by
paired bootstrap.

  python3 -m groknet.training.compare --out build/training --model universal
"""
import argparse
import json
import pathlib

import numpy as np

from . import evaluate


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', required=True, help='the folder given to groknet.training')
    parser.add_argument('--model', default='universal', help='the phase to report')
    args = parser.parse_args()
    folder = pathlib.Path(args.out) / 'figures'
    metrics, arrays = read(folder, args.model)
    print(head_table(metrics['heads'], arrays['correct'], read_heads(folder)))
    print(single_task_table(folder, arrays))
    print(retrieval_table(folder, args.model))


def read(folder, name):
    return json.loads((folder / f'{name}.json').read_text()), dict(np.load(folder / f'{name}.npz'))


def read_heads(folder):
    return json.loads((folder / 'heads.json').read_text())


def bootstrap_interval(hits, seed=0, draws=1000):
    """95 % interval of the mean."""
    rng = np.random.default_rng(seed)
    means = hits[rng.integers(0, len(hits), (draws, len(hits)))].mean(1)
    return np.percentile(means, 2.5), np.percentile(means, 97.5)


def head_table(metrics, correct, heads):
    lines = ['| head | vertical | labels | accuracy (95 %) | majority | gain | macro-F1 |',
             '|---|---|---|---|---|---|---|']
    for i, head in enumerate(heads):
        m = metrics.get(head['name'])
        if not m:
            continue
        low, high = bootstrap_interval((correct[:, i][correct[:, i] >= 0] == 1).astype(float))
        lines.append(f"| {head['name']} | {head['vertical']} | {m['labels']} | "
                     f"{m['accuracy']:.3f} ({low:.3f} to {high:.3f}) | {m['majority']:.3f} | "
                     f"{m['gain']:+.3f} | {m['macro_f1']:.3f} |")
    gain, accuracy, macro_f1 = (np.mean([m[key] for m in metrics.values()])
                                for key in ('gain', 'accuracy', 'macro_f1'))
    lines.append(f'\n{len(metrics)} heads, mean gain over the majority class {gain:+.4f}, mean accuracy '
                 f'{accuracy:.4f}, mean macro-F1 {macro_f1:.4f}\n')
    return '\n'.join(lines)


def single_task_table(folder, ours):
    """The heads of a vertical are pooled."""
    heads = read_heads(folder)
    position = {row: i for i, row in enumerate(ours['val'])}
    lines = ['| vertical | what | single-task | universal | difference (95 %) |', '|---|---|---|---|---|']
    for path in sorted(folder.glob('single-*.npz')):
        vertical = path.stem.removeprefix('single-')
        theirs = dict(np.load(path))
        shared = np.array([row in position for row in theirs['val']])
        rows = np.array([position[row] for row in theirs['val'][shared]], int)
        members = [i for i, h in enumerate(heads) if h['vertical'] == vertical]
        if members:
            single, universal = theirs['correct'][shared][:, members], ours['correct'][rows][:, members]
            labeled = single >= 0
            lines.append(compared(vertical, 'attributes, pooled', single[labeled] == 1,
                                  universal[labeled] == 1))
        for name in theirs:
            if name.startswith('hits_') and name in ours and len(theirs[name]) == len(ours[name]):
                what = 'recall@1 ' + name.removeprefix('hits_')
                lines.append(compared(vertical, what, theirs[name], ours[name]))
    return '\n'.join(lines) + '\n'


def compared(vertical, what, single, universal):
    mean, low, high = evaluate.paired_bootstrap(universal, single)
    return (f'| {vertical} | {what} | {single.mean():.3f} | {universal.mean():.3f} | '
            f'{mean:+.3f} ({low:+.3f} to {high:+.3f}) |')


def retrieval_table(folder, model):
    ours = json.loads((folder / f'{model}.json').read_text())
    pretrained = json.loads((folder / 'plain.json').read_text())['recall_at_1']
    lines = ['| retrieval, recall@1 | queries | pretrained trunk | this model | 256-bit code '
             '| code : float |', '|---|---|---|---|---|---|']
    for name, recall in ours['recall_at_1'].items():
        code = ours['code_recall_at_1'][name]
        lines.append(f"| {name} | {ours['queries'][name]} | {pretrained.get(name, float('nan')):.3f} | "
                     f'{recall:.3f} | {code:.3f} | {code / recall:.3f} |')
    return '\n'.join(lines) + '\n'


if __name__ == '__main__':
    main()
