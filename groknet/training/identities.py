"""Class ids for the three embedding losses: exact products, designs, and the catalogue entries in a photo."""
import collections
import dataclasses

import numpy as np

MAX_CROSS_LABELS = 12  # of a room scene
GROCERY_DATASETS = ('grocery_store', 'grocery_iconic')


@dataclasses.dataclass
class Identities:
    """Ids by row, -1 = none."""
    exact: np.ndarray   # int64 [rows]: the exact product (make-model-year, IKEA article, COIL object, ...)
    family: np.ndarray  # int64 [rows]: the design, in any color or model
    cross: np.ndarray   # int64 [rows, MAX_CROSS_LABELS]: the catalogue entries that the picture shows
    exact_classes: int
    cross_classes: int
    family_classes: int


def identify(rows, hold_out=frozenset()):
    """`hold_out`: ids (as in the packs) that no loss may see, for open-set evaluation."""
    exact, family, cross = _IdTable(), _IdTable(), _IdTable()
    n = len(rows)
    result = Identities(np.full(n, -1), np.full(n, -1), np.full((n, MAX_CROSS_LABELS), -1), 0, 0, 0)
    products = {row['instance_id'].split(':')[-1] for row in rows
                if row['dataset'] == 'ikea' and row['split'] == 'train'}
    repeated = _repeated_keys(rows)
    for i, row in enumerate(rows):
        if row['split'] in ('val', 'crop') or held_out(row, hold_out):
            continue
        key = exact_key(row)
        if key in repeated:
            result.exact[i] = exact.id_of(key)
        if row['family_id']:
            result.family[i] = family.id_of(row['family_id'])
        for k, name in enumerate(_catalogue_entries(row, products)[:MAX_CROSS_LABELS]):
            result.cross[i, k] = cross.id_of(name)
    result.exact_classes, result.cross_classes, result.family_classes = len(exact), len(cross), len(family)
    return result


def exact_key(row):
    """The id of the exact product, empty when the packs do not know it."""
    return row['family_id'] if row['dataset'] in GROCERY_DATASETS else row['instance_id']


def held_out(row, ids):
    return bool(ids) and (exact_key(row) in ids or row['family_id'] in ids)


def choose_held_out(rows, one_in=5):
    """One id in `one_in` of the closed-set verticals, evenly over the sorted ids."""
    verticals = ('auto', 'grocery_other', 'multiview')
    datasets = ('stanford_cars', 'grocery_store', 'coil20', 'coil100', 'generated')
    ids = sorted({exact_key(r) for r in rows
                  if r['vertical'] in verticals and exact_key(r) and r['dataset'] in datasets})
    return frozenset(ids[one_in - 1::one_in])


def _catalogue_entries(row, products):
    if row['dataset'] in GROCERY_DATASETS:
        return [row['family_id']]
    if row['dataset'] == 'ikea_room':
        return ['ikea:' + item for item in dict.fromkeys(row['items'].split(';')) if item in products]
    if row['dataset'] == 'ikea':
        return ['ikea:' + row['instance_id'].split(':')[-1]]
    return [entry for entry in [row.get('weak_entry', '')] if entry]


def _repeated_keys(rows):
    """Products with several training or gallery pictures; one picture alone makes no class."""
    counts = collections.Counter(exact_key(row) for row in rows if row['split'] in ('train', 'gallery'))
    return {key for key, count in counts.items() if key and count > 1}


class _IdTable(dict):
    """Numbers keys in the order in which they are first asked for."""

    def id_of(self, key):
        return self.setdefault(key, len(self))
