"""Scores what `rotaview tag` says of the packs' validation pictures: the model as its users meet it.

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

from . import evaluate, heads as H


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--packs', required=True)
    parser.add_argument('--rotaview', required=True)
    parser.add_argument('--model', default='')
    parser.add_argument('--json', help='also write the figures here')
    parser.add_argument('--limit', type=int, default=0, help='at most so many pictures a pack')
    args = parser.parse_args()
    rows, said = [], []
    for pack in sorted(pathlib.Path(args.packs).glob('*.tar.gz')):
        pack_rows, pack_said = tag_pack(pack, args)
        rows += pack_rows
        said += pack_said
    heads = H.read_heads(args.packs, rows)
    result = dict(scores(rows, said, heads), retrieval=retrieval(rows, said))
    print(text(result))
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(result, indent=1))


def tag_pack(pack, args):
    """Rows of val and gallery (and train of the closed sets, which are looked for in it) and what was said of them."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(pack) as tar:
        rows = list(csv.DictReader(io.TextIOWrapper(tar.extractfile(tar.getmember(labels_name(tar))), 'utf-8')))
        shelf = {'stanford_cars', 'coil20', 'coil100'}
        rows = [r for r in rows if r['split'] in ('val', 'gallery') or (r['dataset'] in shelf and not args.limit)]
        rows = rows[:args.limit] if args.limit else rows
        names = {r['path'] for r in rows}
        paths = {}
        for member in tar:
            name = member.name.lstrip('./')
            if name in names:
                path = pathlib.Path(folder) / name.replace('/', '_')
                path.write_bytes(tar.extractfile(member).read())
                paths[name] = path
        command = [args.rotaview, 'tag', folder, '--json', '--quiet'] + (['--model', args.model] if args.model else [])
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        by_path = {}
        for line in done.stdout.splitlines():
            tags = json.loads(line)
            if 'attributes' in tags:
                by_path[pathlib.Path(tags['path']).name] = tags
    for row in rows:
        row['pack'] = pack.name.split('.')[0]
    return rows, [by_path[paths[r['path']].name] for r in rows]


def labels_name(tar):
    return next(n for n in tar.getnames() if n.lstrip('./') == 'labels.csv')


def scores(rows, said, heads):
    """Accuracy, macro-F1, coverage (share of labelled pictures of which the head was said) and calibration error."""
    figures, by_vertical, right_verticals, unknown = {}, {}, [], []
    for row, tags in zip(rows, said):
        if row['split'] == 'val':
            unknown.append(tags['unknown'])
            if row['vertical'] != 'multiview':
                right_verticals.append(tags['vertical'] == row['vertical'])
    for head in heads:
        truth, guess, p = [], [], []
        for row, tags in zip(rows, said):
            if row['split'] == 'val' and row.get(head.name) in head.values:
                best = (tags['attributes'].get(head.name) or [{'value': None, 'p': 0}])[0]
                truth.append(row[head.name])
                guess.append(best['value'])
                p.append(best['p'])
        if not truth:
            continue
        hit = np.array([t == g for t, g in zip(truth, guess)])
        values = sorted(set(truth))
        f1 = [2 * sum(t == v == g for t, g in zip(truth, guess)) / (truth.count(v) + guess.count(v)) for v in values]
        majority = float(np.mean([t == head.values[0] for t in truth]))
        figures[head.name] = {'vertical': head.vertical, 'labels': len(truth), 'accuracy': float(hit.mean()), 'majority': majority,
                              'gain': float(hit.mean()) - majority, 'macro_f1': float(np.mean(f1)),
                              'said': float(np.mean([g is not None for g in guess]))}
        kept = by_vertical.setdefault(head.vertical, ([], []))
        kept[0].extend(hit)
        kept[1].extend(p)
    calibration = {v: evaluate.calibration_error(np.array(c), np.array(p)) for v, (c, p) in by_vertical.items()}
    return {'heads': figures, 'calibration': calibration, 'vertical': float(np.mean(right_verticals)), 'unknown': float(np.mean(unknown))}


def retrieval(rows, said):
    masks = {name: np.array([r['split'] == name for r in rows]) for name in ('val', 'gallery', 'train')}
    masks['dev'] = np.zeros(len(rows), bool)
    vectors = np.array([t['embedding'] for t in said], np.float32)
    bits = np.unpackbits(np.array([list(bytes.fromhex(t['code'])) for t in said], np.uint8), axis=1).astype(np.float32) * 2 - 1
    sets = evaluate.retrieval_sets(rows, masks)
    hits, code_hits = evaluate.retrieval_hits(sets, vectors), evaluate.retrieval_hits(sets, bits)
    return {n: {'queries': len(h), 'float': float(h.mean()), 'code': float(code_hits[n].mean())} for n, h in hits.items()}


def text(result):
    figures = result['heads']
    lines = [f"{name:32s} {f['labels']:5d} labels  accuracy {f['accuracy']:.3f}  majority {f['majority']:.3f}  macro-F1 {f['macro_f1']:.3f}"
             f"  said {f['said']:.3f}" for name, f in figures.items()]
    mean = lambda key: np.mean([f[key] for f in figures.values()])
    lines.append(f"{len(figures)} heads: mean accuracy {mean('accuracy'):.4f}, gain over the majority {mean('gain'):+.4f}, macro-F1 {mean('macro_f1'):.4f}")
    lines.append(f"vertical right {result['vertical']:.4f}; said unknown {result['unknown']:.4f}")
    lines += [f'calibration error {v}: {e:.4f}' for v, e in result['calibration'].items()]
    for name, f in result['retrieval'].items():
        lines.append(f"recall@1 {name}: float {f['float']:.4f}, code {f['code']:.4f} ({f['code'] / max(f['float'], 1e-9):.4f}) of {f['queries']} queries")
    return '\n'.join(lines)


if __name__ == '__main__':
    main()
