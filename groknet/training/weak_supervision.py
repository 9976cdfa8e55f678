"""Weak supervision: parts of unlabeled photos become positives of the catalogue product they are most similar
to, if the similarity is high enough."""
import numpy as np

# Datasets whose crops are used, and the datasets that hold the products in them.
SOURCES = (('ikea_room', ('ikea',)), ('ccp_mask', ('myntra',)))
MAX_CROPS = 8  # of one product


def accept_crops(rows, masks, vectors, threshold):
    """Pairs (crop row, product row, cosine) with a cosine of at least `threshold`, one product for each crop.

    Crops of training rooms are compared with IKEA products, garments with catalogue photos. Validation rows
    are not used.
    """
    accepted = []
    for crop_dataset, product_datasets in SOURCES:
        crops = np.array([i for i, r in enumerate(rows) if r['split'] == 'crop' and
                          r['dataset'] == crop_dataset and r['crop_of'] == 'train'], np.int64)
        products = np.array([i for i, r in enumerate(rows) if r['dataset'] in product_datasets and
                             masks['train'][i]], np.int64)
        if not len(crops) or not len(products):
            continue
        similarity = vectors[crops] @ vectors[products].T
        best = similarity.argmax(1)
        crops_of = {}
        for c in np.argsort(-similarity.max(1), kind='stable'):
            cosine = float(similarity[c, best[c]])
            if cosine < threshold:
                break
            if crops_of.get(best[c], 0) < MAX_CROPS:
                crops_of[best[c]] = crops_of.get(best[c], 0) + 1
                accepted.append((int(crops[c]), int(products[best[c]]), cosine))
    return accepted


def choose_threshold(rows, masks, vectors, min_precision=0.5):
    """The smallest cosine at which at least `min_precision` of the accepted crops of training rooms show a
    product that is in the room (the packs list what each room holds). Returns (threshold, table of threshold,
    accepted, precision)."""
    table, chosen = [], 0.9
    for threshold in np.arange(0.9, 0.39, -0.05):
        of_rooms = [(c, p) for c, p, _ in accept_crops(rows, masks, vectors, threshold)
                    if rows[c]['dataset'] == 'ikea_room']
        correct = [rows[p]['instance_id'].split(':')[-1] in rows[c]['items'].split(';') for c, p in of_rooms]
        precision = float(np.mean(correct)) if correct else float('nan')
        table.append((round(float(threshold), 2), len(correct), precision))
        if correct and precision >= min_precision:
            chosen = float(threshold)
    return chosen, table


def add_positives(ids, masks, accepted):
    """Gives accepted crops the ids of their product's design and catalogue entry, and adds them to training
    as masks['weak']."""
    masks['weak'] = np.zeros(len(ids.family), bool)
    for crop, product, _ in accepted:
        ids.family[crop] = ids.family[product]
        ids.cross[crop] = ids.cross[product]
        masks['weak'][crop] = True
