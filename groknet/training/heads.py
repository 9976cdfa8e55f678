"""The classification heads: which columns of the packs are learned, their values, and the labels as arrays.

A column becomes a head if it has at least two values, at least 120 training labels and no value above 93 % of
them. `heads.json` beside the packs fixes the choice; without it the same rule is applied to the packs.
"""
import collections
import dataclasses
import json
import pathlib

import numpy as np

META_COLUMNS = {'path', 'mask', 'split', 'vertical', 'dataset', 'instance_id', 'family_id', 'licence',
                'width', 'height', 'view_deg', 'coil_object', 'text', 'rooms', 'items', 'item_types', 'tags',
                'ccp_layered', 'season', 'occasion'}
MIN_LABELS, MAX_SHARE, MIN_PER_VALUE = 120, 0.93, 12
# A second label of the same picture, where the packs have one: those heads use multi-label softmax.
SECOND_COLUMN = {'home_colour': 'home_second_colour'}
TAGGED_HEADS = {'ccp_outer', 'ccp_upper', 'ccp_bag', 'ccp_footwear', 'ccp_legwear', 'ccp_neckwear'}
NO_LABEL = -1


@dataclasses.dataclass
class Head:
    name: str
    vertical: str
    values: list
    majority: float  # share of the most frequent value among the training labels
    offset: int = 0  # of its first logit

    @property
    def kind(self):
        return 'multilabel' if self.name in SECOND_COLUMN or self.name in TAGGED_HEADS else 'softmax'

    @property
    def logit_slice(self):
        """The head's part of all logits."""
        return slice(self.offset, self.offset + len(self.values))


def count_logits(heads):
    return sum(len(head.values) for head in heads)


def read_heads(folder, rows):
    """The heads of `heads.json` in `folder`, else those found in `rows` by the rule above; offsets filled
    in."""
    path = pathlib.Path(folder) / 'heads.json'
    if path.exists():
        listed = json.loads(path.read_text())
        heads = [Head(h['head'], h['vertical'], list(h['values']), h['majority']) for h in listed]
    else:
        heads = find_heads(rows)
    offset = 0
    for head in heads:
        head.offset = offset
        offset += len(head.values)
    return heads


def find_heads(rows):
    counts = collections.defaultdict(collections.Counter)
    for row in rows:
        if row['split'] != 'train':
            continue
        for column, value in row.items():
            if value and column not in META_COLUMNS:
                counts[(row['vertical'], column)][value] += 1
    heads = []
    for (vertical, column), values in sorted(counts.items()):
        frequent = [(v, n) for v, n in values.most_common() if n >= MIN_PER_VALUE]
        total = sum(n for _, n in frequent)
        if len(frequent) >= 2 and total >= MIN_LABELS and frequent[0][1] / total <= MAX_SHARE:
            heads.append(Head(column, vertical, [v for v, _ in frequent], frequent[0][1] / total))
    return heads


def label_arrays(rows, heads):
    """Indices of values, int16 [rows, heads] each: the first label and, where there is one, a second; -1 =
    none."""
    first = np.full((len(rows), len(heads)), NO_LABEL, np.int16)
    second = np.full_like(first, NO_LABEL)
    index = [{v: i for i, v in enumerate(h.values)} for h in heads]
    for r, row in enumerate(rows):
        tags = set(row.get('tags', '').split(';'))
        for h, head in enumerate(heads):
            first[r, h] = index[h].get(row.get(head.name, ''), NO_LABEL)
            if head.kind == 'multilabel' and first[r, h] != NO_LABEL:
                others = [row.get(SECOND_COLUMN.get(head.name, ''), '')] + sorted(tags)
                found = [index[h][v] for v in others if v in index[h] and index[h][v] != first[r, h]]
                if found and head.values[first[r, h]] != 'none':
                    second[r, h] = found[0]
    return first, second


def applicability(rows, heads, first, parent='article_type'):
    """How often a head is labeled for each value of `parent`, among the training rows of that value.

    Returns {head name: {parent value: share}} for the heads of the parent's vertical that some values carry.
    """
    by_name = {h.name: i for i, h in enumerate(heads)}
    if parent not in by_name:
        return {}
    p = by_name[parent]
    train = np.array([row['split'] == 'train' for row in rows])
    shares = {}
    for h, head in enumerate(heads):
        if head.vertical != heads[p].vertical or head.name == parent:
            continue
        share = {}
        for i, value in enumerate(heads[p].values):
            of_value = train & (first[:, p] == i)
            if of_value.any():
                share[value] = round(float((first[of_value, h] >= 0).mean()), 3)
        if max(share.values(), default=0) > 0:
            shares[head.name] = share
    return shares
