"""Puts the metrics of score_tags into the model card, between its two markers.

  python3 -m groknet.training.card --score score.json --card assets/models/groknet.md
"""
import argparse
import json
import math
import pathlib

BEGIN, END = '<!-- figures: begin -->', '<!-- figures: end -->'


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--score', required=True, help='written by score_tags --json')
    parser.add_argument('--card', required=True)
    args = parser.parse_args()
    path = pathlib.Path(args.card)
    score = json.loads(pathlib.Path(args.score).read_text())
    before, rest = path.read_text().split(BEGIN)
    after = rest.split(END)[1]
    partial = path.with_suffix('.part')
    partial.write_text(f'{before}{BEGIN}\n{tables(score)}{END}{after}')
    partial.rename(path)


def tables(score):
    lines = ['', '| vertical | calibration error |', '|---|---|']
    lines += [f'| {v} | {e:.3f} |' for v, e in sorted(score['calibration'].items())]
    lines += ['', '| retrieval | queries | recall@1 | with the 256-bit code |', '|---|---|---|---|']
    lines += [f"| {n} | {r['queries']} | {with_interval(r['float'], r['queries'])} | {r['code']:.3f} |"
              for n, r in score['retrieval'].items()]
    lines += ['', summary(score), '']
    lines += ['| head | vertical | labels | accuracy (95 %) | majority | gain | macro-F1 |',
              '|---|---|---|---|---|---|---|']
    lines += [f"| {n} | {h['vertical']} | {h['labels']} | {with_interval(h['accuracy'], h['labels'])} | "
              f"{h['majority']:.3f} | {h['gain']:+.3f} | {h['macro_f1']:.3f} |"
              for n, h in score['heads'].items()]
    return '\n'.join(lines) + '\n\n'


def summary(score):
    heads = score['heads'].values()
    accuracy, gain, macro_f1 = (sum(h[key] for h in heads) / len(heads)
                                for key in ('accuracy', 'gain', 'macro_f1'))
    return (f'{len(heads)} heads: mean accuracy {accuracy:.3f}, mean gain over the majority class '
            f'{gain:+.3f}, mean macro-F1 {macro_f1:.3f}. '
            f"The vertical is right for {score['vertical']:.3f} of the pictures; "
            f"{score['unknown']:.3f} are called unknown.")


def with_interval(share, count, z=1.96):
    """Wilson's interval."""
    center = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f'{share:.3f} ({center - half:.2f} to {center + half:.2f})'


if __name__ == '__main__':
    main()
