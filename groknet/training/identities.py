"""What the three embedding losses learn from: ids of exact products, of designs, and of natural photos with the
catalogue pictures they show."""
import dataclasses

import numpy as np

CROSS_LABELS = 12  # of a room scene, at most


@dataclasses.dataclass
class Identities:
    exact: np.ndarray   # int64 [rows], -1 = none: the very product (make-model-year, IKEA article, COIL object, ...)
    family: np.ndarray  # int64 [rows]: the design, in any colour or model
    cross: np.ndarray   # int64 [rows, CROSS_LABELS]: catalogue entries that the picture shows
    exact_classes: int
    cross_classes: int
    family_classes: int


def identify(rows, hold_out=frozenset()):
    """`hold_out`: ids (as in the packs) that no loss may see, for open-set figures."""
    exact, family, cross = _Numbers(), _Numbers(), _Numbers()
    n = len(rows)
    result = Identities(np.full(n, -1), np.full(n, -1), np.full((n, CROSS_LABELS), -1), 0, 0, 0)
    products = {row['instance_id'].split(':')[-1] for row in rows if row['dataset'] == 'ikea' and row['split'] == 'train'}
    several = _with_several(rows)
    for i, row in enumerate(rows):
        if row['split'] in ('val', 'crop') or held_out(row, hold_out):
            continue
        key = exact_key(row)
        if key in several:
            result.exact[i] = exact(key)
        if row['family_id']:
            result.family[i] = family(row['family_id'])
        for k, name in enumerate(_catalogue_entries(row, products)[:CROSS_LABELS]):
            result.cross[i, k] = cross(name)
    result.exact_classes, result.cross_classes, result.family_classes = len(exact), len(cross), len(family)
    return result


def exact_key(row):
    """The id of the exact product, empty when the packs do not know it."""
    if row['dataset'] in ('grocery_store', 'grocery_iconic'):
        return row['family_id']
    return row['instance_id']


def held_out(row, ids):
    return bool(ids) and (exact_key(row) in ids or row['family_id'] in ids)


def choose_held_out(rows, share=5):
    """One id in `share` of the closed-set verticals, evenly over the sorted ids."""
    ids = sorted({exact_key(r) for r in rows if r['vertical'] in ('auto', 'grocery_other', 'multiview') and exact_key(r)
                  and r['dataset'] in ('stanford_cars', 'grocery_store', 'coil20', 'coil100', 'generated')})
    return frozenset(ids[share - 1::share])


def _catalogue_entries(row, products):
    if row['dataset'] in ('grocery_store', 'grocery_iconic'):
        return [row['family_id']]
    if row['dataset'] == 'ikea_room':
        return ['ikea:' + item for item in dict.fromkeys(row['items'].split(';')) if item in products]
    if row['dataset'] == 'ikea':
        return ['ikea:' + row['instance_id'].split(':')[-1]]
    return [entry for entry in [row.get('weak_entry', '')] if entry]


def _with_several(rows):
    counts = {}
    for row in rows:
        if row['split'] in ('train', 'gallery') and exact_key(row):
            counts[exact_key(row)] = counts.get(exact_key(row), 0) + 1
    return {key for key, count in counts.items() if count > 1}


class _Numbers(dict):
    """Numbers names in the order they are first asked for."""

    def __call__(self, name):
        return self.setdefault(name, len(self))
