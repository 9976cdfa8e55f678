"""Puts the figures of score_tags into the model card, between its two marks.

  python3 -m groknet.training.card --score score.json --card assets/models/groknet.md
"""
import argparse
import json
import math
import pathlib

BEGIN, END = '<!-- figures: begin -->', '<!-- figures: end -->'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--score', required=True, help='written by score_tags --json')
    parser.add_argument('--card', required=True)
    args = parser.parse_args()
    path = pathlib.Path(args.card)
    before, rest = path.read_text().split(BEGIN)
    after = rest.split(END)[1]
    aside = path.with_suffix('.part')
    aside.write_text(before + BEGIN + '\n' + figures(json.loads(pathlib.Path(args.score).read_text())) + END + after)
    aside.rename(path)


def figures(score):
    heads = score['heads']
    lines = ['', '| vertical | calibration error |', '|---|---|']
    lines += [f'| {v} | {e:.3f} |' for v, e in sorted(score['calibration'].items())]
    lines += ['', '| retrieval | queries | recall@1 | with the 256-bit code |', '|---|---|---|---|']
    lines += [f"| {n} | {r['queries']} | {with_interval(r['float'], r['queries'])} | {r['code']:.3f} |" for n, r in score['retrieval'].items()]
    mean = lambda key: sum(h[key] for h in heads.values()) / len(heads)
    lines += ['', f"{len(heads)} heads: mean accuracy {mean('accuracy'):.3f}, mean gain over the majority class {mean('gain'):+.3f}, mean macro-F1 "
              f"{mean('macro_f1'):.3f}. The vertical is right for {score['vertical']:.3f} of the pictures; {score['unknown']:.3f} are called unknown.", '']
    lines += ['| head | vertical | labels | accuracy (95 %) | majority | gain | macro-F1 |', '|---|---|---|---|---|---|---|']
    lines += [f"| {n} | {h['vertical']} | {h['labels']} | {with_interval(h['accuracy'], h['labels'])} | {h['majority']:.3f} | {h['gain']:+.3f} | "
              f"{h['macro_f1']:.3f} |" for n, h in heads.items()]
    return '\n'.join(lines) + '\n\n'


def with_interval(share, count, z=1.96):
    """Wilson's interval."""
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f'{share:.3f} ({centre - half:.2f} to {centre + half:.2f})'


if __name__ == '__main__':
    main()
