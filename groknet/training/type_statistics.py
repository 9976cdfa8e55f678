"""Fits what the type guard compares with (groknet/recognition/type_guard.h) and puts it into the model file.

  python3 -m groknet.training.type_statistics --packs ../shared/products \\
      --rotaview build/release/cli/rotaview --model assets/models/groknet.onnx

Means and covariances come from training pictures. The limit of each head keeps KEPT of the right types that
it names on validation pictures; the figures that are printed are cross-fitted: limits of one half on the
other.
"""
import argparse
import base64
import json
import math
import pathlib
import tarfile
import tempfile

import numpy as np
import onnx

from .score_tags import read_rows, run_tag

METADATA_KEY = 'rotaview.type_statistics'
VERSION = 1
DIMS = 64  # 32 to 96 axes do as well; 16 let half as many wrong types again pass
KEPT = 0.95  # share of the right types that the guard lets pass, for each head
MIN_RIGHT = 20  # right types from which on a head has a limit of its own, else its vertical's
RIDGE = 1e-3  # of the mean variance, added to every axis

# The heads that name a type in the order in which titles ask them, each with the least probability that is
# sure: as kNamingHeads in groknet/recognition/title.cc.
NAMING = {'fashion': (('article_type', 0.5),),
          'home_decor': (('home_type', 0.5), ('furniture_class', 0.9)),
          'auto': (('make_model_year', 0.5), ('body_type', 0.5), ('vehicle_class', 0.5),
                   ('make', 0.5)),
          'grocery_other': (('grocery_fine', 0.5), ('grocery_coarse', 0.5), ('object_class', 0.5))}
# Coarser words for what another head names: they have means, but no say in the covariance.
COARSE = ('body_type', 'make', 'grocery_coarse')
# People's own photos have coarser labels than the catalog. The first article stands for the label in the
# means.
ARTICLES = {'T-Shirt': ('Tshirts',), 'Longsleeve': ('Tshirts', 'Sweatshirts', 'Sweaters', 'Tops'),
            'Shoes': ('Casual Shoes', 'Sports Shoes', 'Formal Shoes', 'Heels', 'Flats', 'Sandals'),
            'Shirt': ('Shirts',), 'Dress': ('Dresses',), 'Outwear': ('Jackets',), 'Shorts': ('Shorts',),
            'Skirt': ('Skirts',), 'Hat': ('Caps',), 'Polo': ('Tshirts',), 'Undershirt': ('Tshirts', 'Tops'),
            'Hoodie': ('Sweatshirts', 'Jackets'), 'Top': ('Tops',),
            'Pants': ('Trousers', 'Jeans', 'Track Pants')}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--packs', required=True)
    parser.add_argument('--rotaview', required=True)
    parser.add_argument('--model', required=True, help='its metadata entry is replaced')
    args = parser.parse_args()
    model = onnx.load(args.model)
    card = json.loads(next(p.value for p in model.metadata_props if p.key == 'rotaview.groknet'))
    values = {h['name']: h['values'] for h in card['heads']}
    rows, tags = [], []
    for pack in sorted(pathlib.Path(args.packs).glob('*.tar.gz')):
        rows, tags = (a + b for a, b in zip((rows, tags), tag_pack(pack, args)))
    embedding = np.array([t['embedding'] for t in tags], np.float32)
    train = np.array([r['split'] == 'train' for r in rows])
    labels = {h: [label(r, h) for r, t in zip(rows, train) if t] for v in NAMING.values() for h, _ in v}
    statistics = fit(embedding[train], {h: indices(labels[h], values[h]) for h in labels})
    held_out = [i for i, r in enumerate(rows) if r['split'] == 'val']
    named = [named_type(tags[i]) for i in held_out]
    distance = relative_distances(statistics, values, embedding[held_out], named)
    right = np.array([is_right(rows[i], n) for i, n in zip(held_out, named)], float)
    head = np.array([n[0] if n else '' for n in named])
    report(head, distance, right)
    limits = fit_limits(head, distance, right)
    store(model, args.model, described(statistics, limits))


def tag_pack(pack, args):
    """Rows of training and validation pictures, and what `rotaview tag` says of each."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(pack) as tar:
        rows = {r['path']: r for r in read_rows(tar) if r['split'] in ('train', 'val')}
        for member in tar:
            name = member.name[2:] if member.name.startswith('./') else member.name
            if name in rows:
                (pathlib.Path(folder) / name.replace('/', '_')).write_bytes(tar.extractfile(member).read())
        by_name = run_tag(folder, args)
    for tags in by_name.values():  # an eighth of the memory of a list
        tags['embedding'] = np.array(tags['embedding'], np.float32)
    return list(rows.values()), [by_name[path.replace('/', '_')] for path in rows]


def label(row, head):
    """The value of `head` that the picture is an example of, or None."""
    if head == 'article_type' and row.get('wild_category') in ARTICLES:
        return ARTICLES[row['wild_category']][0]
    return row.get(head) or None


def indices(labels, values):
    number = {v: i for i, v in enumerate(values)}
    at = np.array([number.get(v, -1) for v in labels])
    return at, len(values)


def fit(embedding, labels):
    """labels: {head: (index of the value of each row or -1, number of values)}. Linear discriminant analysis:
    axes on which the variance within types is 1, the DIMS with the largest variance in all."""
    center = embedding.mean(0, dtype=np.float64)
    x = embedding - center
    means = {h: class_means(x, at, count) for h, (at, count) in labels.items()}
    within = np.concatenate([x[at >= 0] - means[h][at[at >= 0]] for h, (at, _) in labels.items()
                             if h not in COARSE])
    size = x.shape[1]
    within = within.T @ within / len(within)
    ridge = RIDGE * np.trace(within) / size * np.eye(size)
    variance, axes = np.linalg.eigh(within + ridge)
    whiten = axes / np.sqrt(variance)
    variance, axes = np.linalg.eigh(whiten.T @ (x.T @ x / len(x) + ridge) @ whiten)
    first = np.argsort(-variance)[:DIMS]
    axes = rounded((whiten @ axes[:, first]).T)
    return {'center': center, 'axes': axes, 'variance': variance[first],
            'means': {h: rounded(m @ axes.T) for h, m in means.items()}}


def class_means(x, at, count):
    """One row for each value. A value without pictures is at the center: as far as from everything."""
    return np.stack([x[at == i].mean(0) if (at == i).any() else np.zeros(x.shape[1]) for i in range(count)])


def rounded(matrix):
    """To the signed bytes that the file holds, so that the limits fit what is stored."""
    scale = np.maximum(np.abs(matrix).max(1, keepdims=True), 1e-9) / 127
    return np.round(matrix / scale) * scale


def named_type(tags):
    """(head, value) that a title would name, or None."""
    if tags['unknown'] or tags['vertical_p'] < 0.5:
        return None
    for head, least in NAMING.get(tags['vertical'], ()):
        best = (tags['attributes'].get(head) or [{'p': 0}])[0]
        if best['p'] >= least:
            return head, best['value']
    return None


def relative_distances(statistics, values, embedding, named):
    """RelativeDistance of each row to its type; NaN where it has none."""
    y = (embedding - statistics['center']) @ statistics['axes'].T
    to_all = (y ** 2 / statistics['variance']).sum(1)
    distance = np.full(len(y), np.nan)
    for i, name in enumerate(named):
        if name is not None:
            mean = statistics['means'][name[0]][values[name[0]].index(name[1])]
            distance[i] = ((y[i] - mean) ** 2).sum() / to_all[i]
    return distance


def is_right(row, named):
    """1, 0, or NaN where there is no type or no label to compare it with."""
    if named is None:
        return np.nan
    head, value = named
    if head == 'article_type' and row.get('wild_category') in ARTICLES:
        return value in ARTICLES[row['wild_category']]
    return row[head] == value if row.get(head) else np.nan


def fit_limits(head, distance, right):
    """{head: the distance that KEPT of its right types have at most}."""
    limits = {}
    for heads in ([h for h, _ in v] for v in NAMING.values()):
        of_vertical = distance[(right == 1) & np.isin(head, heads)]
        for h in heads:
            own = distance[(right == 1) & (head == h)]
            good = own if len(own) >= MIN_RIGHT else of_vertical
            if len(good):
                limits[h] = conformal_quantile(good, KEPT)
    return limits


def conformal_quantile(values, share):
    """At least `share` of new values are expected to be at most this (split conformal prediction:
    Papadopoulos et al., ECML 2002)."""
    rank = min(len(values), math.ceil(share * (len(values) + 1)))
    return float(np.sort(values)[rank - 1])


def report(head, distance, right):
    """Prints what the limits of each half of the pictures do to the other half."""
    half, passes = np.arange(len(right)) % 2 == 0, np.zeros(len(right), bool)
    for part in (half, ~half):
        limits = fit_limits(head[~part], distance[~part], right[~part])
        passes |= part & (distance <= [limits.get(h, np.inf) for h in head])
    for v, heads in NAMING.items():
        good, bad = ((right == r) & np.isin(head, [h for h, _ in heads]) for r in (1, 0))
        if good.any():
            print(f'{v}: kept of {good.sum()} right types {passes[good].mean():.3f}; '
                  f'{passes[bad].sum()} of {bad.sum()} wrong ones pass')


def described(statistics, limits):
    def digits(numbers, count):
        return [float(f'{n:.{count}g}') for n in numbers]

    def matrix(values):
        scale = np.maximum(np.abs(values).max(1), 1e-9) / 127
        small = np.round(values / scale[:, None]).astype(np.int8)
        return {'scale': digits(scale, 7), 'bytes': base64.b64encode(small.tobytes()).decode()}

    return {'version': VERSION, 'center': digits(statistics['center'], 6),
            'variance': digits(statistics['variance'], 6), 'axes': matrix(statistics['axes']),
            'types': {h: matrix(m) | {'max_relative_distance': round(limits[h], 4)}
                      for h, m in statistics['means'].items() if h in limits}}


def store(model, path, statistics):
    kept = [p for p in model.metadata_props if p.key != METADATA_KEY]
    text = json.dumps(statistics, separators=(',', ':'))
    properties = {p.key: p.value for p in kept} | {METADATA_KEY: text}
    onnx.helper.set_model_props(model, properties)
    partial = pathlib.Path(path).with_suffix('.part')
    onnx.save(model, str(partial))
    partial.rename(path)
    print(f'{path}: {len(text) / 1e3:.0f} kB of statistics')


if __name__ == '__main__':
    main()
