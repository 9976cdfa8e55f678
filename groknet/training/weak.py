"""Weak supervision: parts of unlabelled photos whose nearest catalogue product is close enough become positives."""
import numpy as np


def accept(rows, masks, vectors, threshold):
    """Pairs (crop row, product row) whose cosine is at least `threshold`, one product a crop; each product at most 8.

    Crops of training rooms look among IKEA products, garments among catalogue photos; validation is not touched.
    """
    pairs = []
    for crops_of, products_of in (('ikea_room', ('ikea',)), ('ccp_mask', ('myntra',))):
        crops = np.array([i for i, r in enumerate(rows) if r['split'] == 'crop' and r['dataset'] == crops_of and
                          r['crop_of'] == 'train'], np.int64)
        shelf = np.array([i for i, r in enumerate(rows) if r['dataset'] in products_of and masks['train'][i]], np.int64)
        if not len(crops) or not len(shelf):
            continue
        similarity = vectors[crops] @ vectors[shelf].T
        best = similarity.argmax(1)
        order = np.argsort(-similarity.max(1), kind='stable')
        taken = {}
        for c in order:
            cosine = float(similarity[c, best[c]])
            if cosine < threshold:
                break
            if taken.get(best[c], 0) < 8:
                taken[best[c]] = taken.get(best[c], 0) + 1
                pairs.append((int(crops[c]), int(shelf[best[c]]), cosine))
    return pairs


def choose_threshold(rows, masks, vectors, wanted=0.5):
    """The smallest cosine at which at least `wanted` of the accepted crops of training rooms show a product that is in
    the room (the packs list what each room holds). Returns (threshold, table of threshold, accepted, precision)."""
    table, chosen = [], 0.9
    for threshold in np.arange(0.9, 0.39, -0.05):
        of_rooms = [(c, p) for c, p, _ in accept(rows, masks, vectors, threshold) if rows[c]['dataset'] == 'ikea_room']
        right = [rows[p]['instance_id'].split(':')[-1] in rows[c]['items'].split(';') for c, p in of_rooms]
        precision = float(np.mean(right)) if right else float('nan')
        table.append((round(float(threshold), 2), len(right), precision))
        if right and precision >= wanted:
            chosen = float(threshold)
    return chosen, table


def add_positives(ids, masks, pairs):
    """Gives accepted crops the product's design and catalogue entry; they join training through masks['weak']."""
    masks['weak'] = np.zeros(len(ids.family), bool)
    for crop, product, _ in pairs:
        ids.family[crop] = ids.family[product]
        ids.cross[crop] = ids.cross[product]
        masks['weak'][crop] = True
