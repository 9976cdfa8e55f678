"""Figures: heads (accuracy, macro-F1, gain over the majority class), retrieval, 256-bit code, calibration."""
import numpy as np

from .identities import exact_key

RETRIEVALS = ('fashion_family', 'auto_exact', 'home_series', 'grocery_catalogue', 'multiview_exact', 'room_to_product')


def head_predictions(heads, logits, temperature=None):
    """Predicted value and its probability of each head: int16, float32 [rows, heads]."""
    predicted = np.empty((len(logits), len(heads)), np.int16)
    probability = np.empty((len(logits), len(heads)), np.float32)
    for h, head in enumerate(heads):
        z = logits[:, head.offset:head.offset + len(head.values)] / (1.0 if temperature is None else temperature[h])
        z = z - z.max(1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        predicted[:, h], probability[:, h] = p.argmax(1), p.max(1)
    return predicted, probability


def head_figures(heads, first, predicted):
    """One dict a head: labels, accuracy, majority (of these labels, the training majority value), macro-F1, gain."""
    figures = {}
    for h, head in enumerate(heads):
        has = first[:, h] >= 0
        if not has.any():
            continue
        truth, guess = first[has, h], predicted[has, h]
        f1 = []
        for value in np.unique(truth):
            hit = ((truth == value) & (guess == value)).sum()
            f1.append(2 * hit / ((truth == value).sum() + (guess == value).sum()))
        accuracy, majority = float((truth == guess).mean()), float((truth == 0).mean())
        figures[head.name] = {'vertical': head.vertical, 'labels': int(has.sum()), 'accuracy': accuracy,
                              'majority': majority, 'gain': accuracy - majority, 'macro_f1': float(np.mean(f1))}
    return figures


def retrieval_sets(rows, masks, only=None):
    """{name: (queries, gallery, relevant(q, g) as id arrays)}; ids equal = relevant. `only`: ids asked for."""
    def where(test):
        return np.array([i for i, row in enumerate(rows) if test(i, row)], np.int64)

    val, gallery, train = masks['val'], masks['gallery'], masks['train'] | masks['dev']
    sets = {}

    def several(index, key):
        ids = [key(rows[i]) for i in index]
        counts = {k: ids.count(k) for k in set(ids)}
        return np.array([i for i, k in zip(index, ids) if counts[k] > 1 and (only is None or k in only)], np.int64)

    def add(name, queries, shelf, key):
        if len(queries) and len(shelf):
            sets[name] = (queries, shelf, np.array([key(rows[i]) for i in queries]), np.array([key(rows[i]) for i in shelf]))

    family = lambda row: row['family_id']
    myntra = where(lambda i, r: val[i] and r['dataset'] == 'myntra')
    ikea = where(lambda i, r: val[i] and r['dataset'] in ('ikea', 'fulhaus'))
    if only is None:
        add('fashion_family', several(myntra[[bool(family(rows[i])) for i in myntra]], family), myntra, family)
        add('home_series', several(ikea[[bool(family(rows[i])) for i in ikea]], family), ikea, family)
    asked = lambda row: only is None or exact_key(row) in only
    for name, datasets, shelf in (('auto_exact', ('stanford_cars',), train), ('multiview_exact', ('coil20', 'coil100'), train),
                                  ('grocery_catalogue', ('grocery_store',), gallery)):
        add(name, where(lambda i, r: val[i] and r['dataset'] in datasets and asked(r)),
            where(lambda i, r: shelf[i] and exact_key(r) and r['dataset'] in datasets + ('grocery_iconic',) * (shelf is gallery)),
            exact_key)
    return sets


def nearest(queries, shelf, query_rows, shelf_rows, k=1):
    """Indices into the shelf of the k most similar, the query's own row left out."""
    found = np.empty((len(queries), k), np.int64)
    for start in range(0, len(queries), 512):
        similarity = queries[start:start + 512] @ shelf.T
        similarity[query_rows[start:start + 512, None] == shelf_rows[None]] = -9
        found[start:start + 512] = np.argsort(-similarity, 1, kind='stable')[:, :k]
    return found


def retrieval_hits(sets, vectors):
    """{name: bool [queries]}: is the nearest shelf entry right? vectors: {row: ...} as array over all rows."""
    hits = {}
    for name, (queries, shelf, query_ids, shelf_ids) in sets.items():
        best = nearest(vectors[queries], vectors[shelf], queries, shelf)[:, 0]
        hits[name] = shelf_ids[best] == query_ids
    return hits


def signs(embedding):
    """The 256-bit code as -1 / +1, so that its dot product ranks as Hamming distance does."""
    return np.where(embedding >= 0, 1, -1).astype(np.float32)


def room_hits(rows, masks, vectors, k=10):
    """For crops of validation rooms: share of rooms of which some crop finds a product seen in it among its k first."""
    shelf = np.array([i for i, r in enumerate(rows) if r['dataset'] == 'ikea' and r['split'] != 'crop'], np.int64)
    ids = np.array([rows[i]['instance_id'].split(':')[-1] for i in shelf])
    crops = np.array([i for i, r in enumerate(rows) if r['split'] == 'crop' and r['dataset'] == 'ikea_room' and
                      r['crop_of'] == 'val'], np.int64)
    found = nearest(vectors[crops], vectors[shelf], crops, shelf, k)
    hits = []
    for i, near in zip(crops, found):
        items = set(rows[i]['items'].split(';'))
        if items & set(ids):
            hits.append([x in items for x in ids[near]])
    if not hits:
        return {'crops': 0}
    hits = np.array(hits)
    return {'crop_precision_at_1': float(hits[:, 0].mean()), 'crop_hit_at_10': float(hits.any(1).mean()), 'crops': len(hits)}


def calibration_error(correct, probability, bins=15):
    """Expected calibration error (Naeini et al., AAAI 2015), equal-width bins."""
    bin_of = np.minimum((probability * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        of = bin_of == b
        if of.any():
            error += of.mean() * abs(correct[of].mean() - probability[of].mean())
    return float(error)


def fit_temperatures(heads, first, logits, shrink=40.0):
    """One temperature a head by held-out likelihood, drawn towards its vertical's when the labels are few."""
    grid = np.exp(np.linspace(np.log(0.4), np.log(4), 47))
    curves, counts = [], []
    for h, head in enumerate(heads):
        has = first[:, h] >= 0
        z = logits[has, head.offset:head.offset + len(head.values)].astype(np.float64)
        truth = first[has, h].astype(int)
        curve = np.zeros(len(grid))
        for t, temperature in enumerate(grid):
            s = z / temperature
            s = s - s.max(1, keepdims=True)
            curve[t] = (np.log(np.exp(s).sum(1)) - s[np.arange(len(s)), truth]).sum() if len(s) else 0
        curves.append(curve)
        counts.append(int(has.sum()))
    temperatures = np.ones(len(heads))
    for vertical in {h.vertical for h in heads}:
        of = [i for i, h in enumerate(heads) if h.vertical == vertical]
        pooled = sum(curves[i] for i in of) / max(1, sum(counts[i] for i in of))
        for i in of:
            temperatures[i] = grid[np.argmin(curves[i] + shrink * pooled)]
    return temperatures


def calibration_by_vertical(heads, first, predicted, probability):
    errors = {}
    for vertical in sorted({h.vertical for h in heads}):
        of = [i for i, h in enumerate(heads) if h.vertical == vertical]
        has = first[:, of] >= 0
        errors[vertical] = calibration_error((first[:, of] == predicted[:, of])[has], probability[:, of][has])
    return errors


def paired_bootstrap(ours, theirs, seed=0, draws=2000):
    """Mean difference of two arrays of hits on the same queries and its 95 % interval."""
    difference = ours.astype(float) - theirs.astype(float)
    rng = np.random.default_rng(seed)
    means = difference[rng.integers(0, len(difference), (draws, len(difference)))].mean(1)
    return float(difference.mean()), float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def nearest_neighbour_heads(heads, first, train_index, val_index, train_vectors, val_vectors, k=5):
    """Accuracy of a vote of the k nearest training pictures, the baseline of products/README.md."""
    figures = {}
    for h, head in enumerate(heads):
        t, v = first[train_index, h] >= 0, first[val_index, h] >= 0
        if not v.any():
            continue
        labels = first[train_index, h][t]
        similarity = val_vectors[v] @ train_vectors[t].T
        near = np.argpartition(-similarity, min(k, similarity.shape[1] - 1), 1)[:, :k]
        weight = np.take_along_axis(similarity, near, 1)
        votes = np.zeros((len(near), len(head.values)))
        for j in range(near.shape[1]):
            np.add.at(votes, (np.arange(len(near)), labels[near[:, j]]), 1 + 1e-3 * weight[:, j])
        figures[head.name] = float((votes.argmax(1) == first[val_index, h][v]).mean())
    return figures
