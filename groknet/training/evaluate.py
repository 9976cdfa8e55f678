"""Metrics: heads (accuracy, macro-F1, gain over the majority class), retrieval, the 256-bit code,
calibration."""
import collections

import numpy as np

from .identities import exact_key


def head_predictions(heads, logits, temperature=None):
    """Predicted value and its probability of each head: int16, float32 [rows, heads]."""
    predicted = np.empty((len(logits), len(heads)), np.int16)
    probability = np.empty((len(logits), len(heads)), np.float32)
    for h, head in enumerate(heads):
        z = logits[:, head.logit_slice] / (1.0 if temperature is None else temperature[h])
        z = z - z.max(1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        predicted[:, h], probability[:, h] = p.argmax(1), p.max(1)
    return predicted, probability


def head_metrics(heads, first, predicted):
    """One dict for each head: labels, accuracy, majority (accuracy of the training majority value on these
    labels), gain over it, macro-F1."""
    metrics = {}
    for h, head in enumerate(heads):
        has = first[:, h] >= 0
        if not has.any():
            continue
        truth, guess = first[has, h], predicted[has, h]
        f1 = []
        for value in np.unique(truth):
            hits = ((truth == value) & (guess == value)).sum()
            f1.append(2 * hits / ((truth == value).sum() + (guess == value).sum()))
        accuracy, majority = float((truth == guess).mean()), float((truth == 0).mean())
        metrics[head.name] = {'vertical': head.vertical, 'labels': int(has.sum()), 'accuracy': accuracy,
                              'majority': majority, 'gain': accuracy - majority,
                              'macro_f1': float(np.mean(f1))}
    return metrics


def retrieval_sets(rows, masks, only=None):
    """{name: (queries, gallery, ids of the queries, ids of the gallery)}; equal ids = relevant. Queries and
    gallery are row numbers. only: the ids that queries may have."""
    sets = {}

    def where(mask, datasets, condition=lambda row: True):
        return np.array([i for i, row in enumerate(rows)
                         if mask[i] and row['dataset'] in datasets and condition(row)], np.int64)

    def add(name, queries, gallery, key):
        if len(queries) and len(gallery):
            sets[name] = (queries, gallery, np.array([key(rows[i]) for i in queries]),
                          np.array([key(rows[i]) for i in gallery]))

    def may_be_query(row):
        return only is None or exact_key(row) in only

    if only is None:
        for name, datasets in (('fashion_family', ('myntra',)), ('home_series', ('ikea', 'fulhaus'))):
            gallery = where(masks['val'], datasets)
            add(name, _with_relatives(rows, gallery), gallery, _family)
    train = masks['train'] | masks['dev']
    for name, datasets, gallery_mask, gallery_datasets in (
            ('auto_exact', ('stanford_cars',), train, ('stanford_cars',)),
            ('multiview_exact', ('coil20', 'coil100'), train, ('coil20', 'coil100')),
            ('grocery_catalogue', ('grocery_store',), masks['gallery'], ('grocery_store', 'grocery_iconic'))):
        queries = where(masks['val'], datasets, may_be_query)
        add(name, queries, where(gallery_mask, gallery_datasets, exact_key), exact_key)
    return sets


def _family(row):
    return row['family_id']


def _with_relatives(rows, index):
    """Those of `index` whose family has another picture there."""
    counts = collections.Counter(_family(rows[i]) for i in index)
    return np.array([i for i in index if _family(rows[i]) and counts[_family(rows[i])] > 1], np.int64)


def nearest(queries, gallery, query_rows, gallery_rows, k=1):
    """Indices into the gallery of the k most similar, the query's own row left out."""
    found = np.empty((len(queries), k), np.int64)
    for start in range(0, len(queries), 512):
        similarity = queries[start:start + 512] @ gallery.T
        similarity[query_rows[start:start + 512, None] == gallery_rows[None]] = -9
        found[start:start + 512] = np.argsort(-similarity, 1, kind='stable')[:, :k]
    return found


def retrieval_hits(sets, vectors):
    """{name: bool [queries]}: whether the nearest gallery entry is relevant. vectors: [rows, size]."""
    hits = {}
    for name, (queries, gallery, query_ids, gallery_ids) in sets.items():
        best = nearest(vectors[queries], vectors[gallery], queries, gallery)[:, 0]
        hits[name] = gallery_ids[best] == query_ids
    return hits


def sign_code(embedding):
    """The 256-bit code as -1 / +1, so that its dot product ranks as Hamming distance does."""
    return np.where(embedding >= 0, 1, -1).astype(np.float32)


def room_retrieval(rows, masks, vectors, k=10):
    """For crops of validation rooms: precision at 1, and the share of crops with a product of the room among
    the first k."""
    gallery = np.array([i for i, r in enumerate(rows)
                        if r['dataset'] == 'ikea' and r['split'] != 'crop'], np.int64)
    ids = np.array([rows[i]['instance_id'].split(':')[-1] for i in gallery])
    crops = np.array([i for i, r in enumerate(rows)
                      if r['split'] == 'crop' and r['dataset'] == 'ikea_room' and r['crop_of'] == 'val'],
                     np.int64)
    found = nearest(vectors[crops], vectors[gallery], crops, gallery, k)
    hits = []
    for i, neighbors in zip(crops, found):
        items = set(rows[i]['items'].split(';'))
        if items & set(ids):
            hits.append([x in items for x in ids[neighbors]])
    if not hits:
        return {'crops': 0}
    hits = np.array(hits)
    return {'crop_precision_at_1': float(hits[:, 0].mean()), 'crop_hit_at_10': float(hits.any(1).mean()),
            'crops': len(hits)}


def calibration_error(correct, probability, bins=15):
    """Expected calibration error (Naeini et al., AAAI 2015), bins of equal width."""
    bin_of = np.minimum((probability * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        in_bin = bin_of == b
        if in_bin.any():
            error += in_bin.mean() * abs(correct[in_bin].mean() - probability[in_bin].mean())
    return float(error)


def fit_temperatures(heads, first, logits, prior_labels=40.0):
    """Temperature scaling of each head by held-out likelihood, with a prior from all heads of its vertical
    that counts as much as `prior_labels` labels."""
    grid = np.exp(np.linspace(np.log(0.4), np.log(4), 47))
    counts = (first >= 0).sum(0)
    curves = [_nll_by_temperature(first[:, h], logits[:, head.logit_slice], grid)
              for h, head in enumerate(heads)]
    temperatures = np.ones(len(heads))
    for vertical in {h.vertical for h in heads}:
        members = [i for i, h in enumerate(heads) if h.vertical == vertical]
        prior = sum(curves[i] for i in members) / max(1, sum(int(counts[i]) for i in members))
        for i in members:
            temperatures[i] = grid[np.argmin(curves[i] + prior_labels * prior)]
    return temperatures


def _nll_by_temperature(labels, logits, grid):
    """Sum of the negative log-likelihoods of the labels, for each temperature of `grid`; label -1 = none."""
    has = labels >= 0
    logits, truth = logits[has].astype(np.float64), labels[has].astype(int)
    curve = np.zeros(len(grid))
    for t, temperature in enumerate(grid):
        z = logits / temperature
        z = z - z.max(1, keepdims=True)
        curve[t] = (np.log(np.exp(z).sum(1)) - z[np.arange(len(z)), truth]).sum() if len(z) else 0
    return curve


def calibration_by_vertical(heads, first, predicted, probability):
    errors = {}
    for vertical in sorted({h.vertical for h in heads}):
        members = [i for i, h in enumerate(heads) if h.vertical == vertical]
        has = first[:, members] >= 0
        correct = first[:, members] == predicted[:, members]
        errors[vertical] = calibration_error(correct[has], probability[:, members][has])
    return errors


def paired_bootstrap(ours, theirs, seed=0, draws=2000):
    """Mean difference of two arrays of hits on the same queries and its 95 % interval."""
    difference = ours.astype(float) - theirs.astype(float)
    rng = np.random.default_rng(seed)
    means = difference[rng.integers(0, len(difference), (draws, len(difference)))].mean(1)
    return float(difference.mean()), float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def nearest_neighbor_heads(heads, first, train_index, val_index, train_vectors, val_vectors, k=5):
    """Accuracy of a vote of the k nearest training pictures, the baseline of products/README.md."""
    accuracy = {}
    for h, head in enumerate(heads):
        t, v = first[train_index, h] >= 0, first[val_index, h] >= 0
        if not v.any():
            continue
        labels = first[train_index, h][t]
        similarity = val_vectors[v] @ train_vectors[t].T
        neighbors = np.argpartition(-similarity, min(k, similarity.shape[1] - 1), 1)[:, :k]
        weight = np.take_along_axis(similarity, neighbors, 1)
        votes = np.zeros((len(neighbors), len(head.values)))
        for j in range(neighbors.shape[1]):
            np.add.at(votes, (np.arange(len(neighbors)), labels[neighbors[:, j]]), 1 + 1e-3 * weight[:, j])
        accuracy[head.name] = float((votes.argmax(1) == first[val_index, h][v]).mean())
    return accuracy
