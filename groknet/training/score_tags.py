"""Scores what `rotaview tag` says of the packs' validation pictures, so that the whole program is measured.

  python3 -m groknet.training.score_tags --packs ../shared/products --rotaview build/release/cli/rotaview
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

from . import evaluate
from .heads import read_heads

# Closed sets: their queries are compared with training pictures.
TRAIN_IN_GALLERY = {'stanford_cars', 'coil20', 'coil100'}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--packs', required=True)
    parser.add_argument('--rotaview', required=True)
    parser.add_argument('--model', default='')
    parser.add_argument('--json', help='also write the metrics here')
    parser.add_argument('--limit', type=int, default=0, help='at most this many pictures of a pack')
    args = parser.parse_args()
    rows, tags = [], []
    for pack in sorted(pathlib.Path(args.packs).glob('*.tar.gz')):
        pack_rows, pack_tags = tag_pack(pack, args)
        rows += pack_rows
        tags += pack_tags
    result = dict(score(rows, tags, read_heads(args.packs, rows)), retrieval=retrieval(rows, tags))
    print(text(result))
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(result, indent=1))


def tag_pack(pack, args):
    """Rows of val and gallery (and train of TRAIN_IN_GALLERY), and the output of `rotaview tag` for each."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(pack) as tar:
        rows = read_rows(tar)
        rows = [r for r in rows if r['split'] in ('val', 'gallery') or
                (r['dataset'] in TRAIN_IN_GALLERY and not args.limit)]
        rows = rows[:args.limit] if args.limit else rows
        names = {r['path'] for r in rows}
        paths = {}
        for member in tar:
            name = member.name.lstrip('./')
            if name in names:
                path = pathlib.Path(folder) / name.replace('/', '_')
                path.write_bytes(tar.extractfile(member).read())
                paths[name] = path
        by_name = run_tag(folder, args)
    for row in rows:
        row['pack'] = pack.name.split('.')[0]
    return rows, [by_name[paths[r['path']].name] for r in rows]


def read_rows(tar):
    name = next(n for n in tar.getnames() if n.lstrip('./') == 'labels.csv')
    return list(csv.DictReader(io.TextIOWrapper(tar.extractfile(tar.getmember(name)), 'utf-8')))


def run_tag(folder, args):
    """{file name: tags} of the pictures in `folder`."""
    command = [args.rotaview, 'tag', folder, '--json', '--quiet']
    command += ['--model', args.model] if args.model else []
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {pathlib.Path(tags['path']).name: tags for tags in lines if 'attributes' in tags}


def score(rows, tags, heads):
    """Metrics of each head, calibration error of each vertical, accuracy of the vertical, share called
    unknown."""
    val = [(row, t) for row, t in zip(rows, tags) if row['split'] == 'val']
    metrics, by_vertical = {}, {}
    for head in heads:
        truth, best = head_answers(val, head)
        if not truth:
            continue
        metrics[head.name] = head_metrics(head, truth, [b['value'] for b in best])
        correct, probability = by_vertical.setdefault(head.vertical, ([], []))
        correct.extend(t == b['value'] for t, b in zip(truth, best))
        probability.extend(b['p'] for b in best)
    verticals = [t['vertical'] == row['vertical'] for row, t in val if row['vertical'] != 'multiview']
    calibration = {v: evaluate.calibration_error(np.array(c), np.array(p))
                   for v, (c, p) in by_vertical.items()}
    return {'heads': metrics, 'calibration': calibration, 'vertical': float(np.mean(verticals)),
            'unknown': float(np.mean([t['unknown'] for _, t in val]))}


def head_answers(val, head):
    """(labels, most probable values) of the pictures that are labeled."""
    truth, best = [], []
    for row, tags in val:
        if row.get(head.name) in head.values:
            truth.append(row[head.name])
            best.append((tags['attributes'].get(head.name) or [{'value': None, 'p': 0}])[0])
    return truth, best


def head_metrics(head, truth, guess):
    """`said` is the coverage: the share of labeled pictures for which the head gives a value."""
    accuracy = float(np.mean([t == g for t, g in zip(truth, guess)]))
    majority = float(np.mean([t == head.values[0] for t in truth]))
    f1 = [2 * sum(t == v == g for t, g in zip(truth, guess)) / (truth.count(v) + guess.count(v))
          for v in sorted(set(truth))]
    return {'vertical': head.vertical, 'labels': len(truth), 'accuracy': accuracy, 'majority': majority,
            'gain': accuracy - majority, 'macro_f1': float(np.mean(f1)),
            'said': float(np.mean([g is not None for g in guess]))}


def retrieval(rows, tags):
    masks = {name: np.array([r['split'] == name for r in rows]) for name in ('val', 'gallery', 'train')}
    masks['dev'] = np.zeros(len(rows), bool)
    vectors = np.array([t['embedding'] for t in tags], np.float32)
    codes = np.array([list(bytes.fromhex(t['code'])) for t in tags], np.uint8)
    signs = np.unpackbits(codes, axis=1).astype(np.float32) * 2 - 1
    sets = evaluate.retrieval_sets(rows, masks)
    hits, code_hits = evaluate.retrieval_hits(sets, vectors), evaluate.retrieval_hits(sets, signs)
    return {n: {'queries': len(h), 'float': float(h.mean()), 'code': float(code_hits[n].mean())}
            for n, h in hits.items()}


def text(result):
    metrics = result['heads']
    lines = [f"{name:32s} {m['labels']:5d} labels  accuracy {m['accuracy']:.3f}  "
             f"majority {m['majority']:.3f}  macro-F1 {m['macro_f1']:.3f}  said {m['said']:.3f}"
             for name, m in metrics.items()]
    accuracy, gain, macro_f1 = (np.mean([m[key] for m in metrics.values()])
                                for key in ('accuracy', 'gain', 'macro_f1'))
    lines.append(f'{len(metrics)} heads: mean accuracy {accuracy:.4f}, gain over the majority {gain:+.4f}, '
                 f'macro-F1 {macro_f1:.4f}')
    lines.append(f"vertical right {result['vertical']:.4f}; said unknown {result['unknown']:.4f}")
    lines += [f'calibration error {v}: {e:.4f}' for v, e in result['calibration'].items()]
    lines += [f"recall@1 {name}: float {r['float']:.4f}, code {r['code']:.4f} "
              f"({r['code'] / max(r['float'], 1e-9):.4f}) of {r['queries']} queries"
              for name, r in result['retrieval'].items()]
    return '\n'.join(lines)


if __name__ == '__main__':
    main()
