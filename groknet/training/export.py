"""Makes the exported model: one ONNX file with labels, preprocessing, temperatures and thresholds in its
metadata.

Outputs: embedding [N, 256] (length 1; its signs are the 256-bit code), logits [N, L] (all heads side by
side), vertical [N, V] (logits), familiarity [N] (the in-distribution score, -1..1: the largest cosine to a
prototype of the training pictures, or less where the features are those of no product, see outliers.py),
subject [N, C, C] (the share of each cell that the item covers).
"""
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import evaluate, frozen, heads, onnx_file
from .model import EMBEDDING, GrokNet

PROTOTYPES = 512
UNKNOWN_QUANTILE = 0.01  # of the in-distribution scores of held-out products; below it a picture is unknown
EXACT_PRECISION, SIMILAR_PRECISION = 0.9, 0.8  # of matches at the two thresholds
OUTPUTS = ('embedding', 'logits', 'vertical', 'familiarity', 'subject')


class ExportedModel(nn.Module):
    """A trained network with the parts that were fitted on frozen features.

    The names of the layers become those of tensors in the file.
    """

    def __init__(self, network, vertical, prototypes, product_classifier, subject_map):
        super().__init__()
        self.trunk, self.middle, self.last = network.trunk, network.middle, network.last
        self.norm, self.heads, self.embed = network.norm, network.heads, network.embed
        self.vertical = vertical
        self.familiar, self.where = product_classifier, subject_map
        self.register_buffer('prototypes', torch.from_numpy(prototypes).t().contiguous())

    def forward(self, image):
        maps = self.trunk(image)
        pooled = self.norm(GrokNet.pool(self, maps))
        embedding = F.normalize(self.embed(pooled), dim=1)
        product_score = 2 * torch.sigmoid(self.familiar(pooled)[:, 0]) - 1
        in_distribution_score = torch.minimum((embedding @ self.prototypes).max(1).values, product_score)
        outputs = embedding, self.heads(pooled), self.vertical(pooled), in_distribution_score
        return outputs if self.where is None else outputs + (torch.sigmoid(self.where(maps)),)


def write(session, state):
    """Fits the remaining parts to the network of `state` and writes groknet.onnx to the session's folder."""
    data, args, run = session.data, session.args, session.recipe['run']
    network = session.network(state, channels_last=False)
    features = frozen.compute_features(data, network, session.out / f'features-{args.model}{args.tag}.npz')
    if not args.as_trained:
        frozen.refit(data, network, features, args.refit_steps)
    verticals = [d for d in session.recipe['datasets'] if any(h.vertical == d for h in data.heads)]
    vertical, vertical_temperature = frozen.fit_vertical_classifier(data, features, verticals)
    prototypes = frozen.spherical_kmeans(features.embedding[features.at['train']], PROTOTYPES)
    product_classifier = frozen.fit_product_classifier(data, network, features)
    score = in_distribution_score(features, prototypes, product_classifier)[_held_out(features)]
    temperature = _fit_temperatures(data, features)
    _report_calibration(data, features)
    subject_map, cells = frozen.fit_subject_map(data, network, args.packs, run['input_size'])
    metadata = {
        **_describe(run), 'verticals': {'names': verticals, 'temperature': round(vertical_temperature, 4)},
        'heads': _describe_heads(data, temperature),
        'unknown': {'min_familiarity': round(float(np.quantile(score, UNKNOWN_QUANTILE)), 4)},
        'match': match_thresholds(data.rows, data.masks, dict(zip(features.all_rows(), features.embedding))),
        'licence': run.get('licence', ''),
        'trained_on': sorted({f"{r['dataset']} ({r['licence']})" for r in data.rows
                              if r['split'] == 'train'})}
    if subject_map is not None:
        metadata['subject'] = {'cells': cells}
    model = ExportedModel(network.cpu(), vertical, prototypes, product_classifier, subject_map).eval()
    path = session.out / f'groknet{args.tag}.onnx'
    outputs = OUTPUTS if subject_map is not None else OUTPUTS[:-1]
    onnx_file.save(model, path, run['input_size'], outputs, metadata)
    print(f'{path}: {path.stat().st_size / 1e6:.1f} MB', flush=True)


def in_distribution_score(features, prototypes, product_classifier):
    """As ExportedModel computes it, for frozen features."""
    with torch.no_grad():
        logits = product_classifier(torch.from_numpy(features.pooled))[:, 0]
        product_score = 2 * torch.sigmoid(logits).numpy() - 1
    return np.minimum((features.embedding @ prototypes.T).max(1), product_score)


def _held_out(features):
    return np.concatenate([features.at['dev'], features.at['val']])


def _fit_temperatures(data, features):
    rows = np.concatenate([features.rows['dev'], features.rows['val']])
    first = data.first[torch.from_numpy(rows)].numpy()
    return evaluate.fit_temperatures(data.heads, first, features.logits[_held_out(features)])


def _report_calibration(data, features):
    """Prints the calibration error of each half of validation with temperatures fitted on the other half,
    which estimates the error on new pictures."""
    first = data.first[torch.from_numpy(features.rows['val'])].numpy()
    logits = features.logits[features.at['val']]
    half = np.arange(len(first)) % 2 == 0
    predicted, probability = np.empty(first.shape, np.int16), np.empty(first.shape, np.float32)
    for part in (half, ~half):
        temperature = evaluate.fit_temperatures(data.heads, first[~part], logits[~part])
        predicted[part], probability[part] = evaluate.head_predictions(data.heads, logits[part], temperature)
    errors = evaluate.calibration_by_vertical(data.heads, first, predicted, probability)
    errors = {v: round(e, 4) for v, e in errors.items()}
    print('calibration error, cross-fitted:', json.dumps(errors), flush=True)


def match_thresholds(rows, masks, vectors):
    """Cosines from which on the nearest neighbor of a validation picture is the same product or design with
    EXACT_PRECISION and SIMILAR_PRECISION. All retrieval sets have the same weight. vectors: {row:
    embedding}."""
    cosines, correct, weights = [], [], []
    for queries, gallery, query_ids, gallery_ids in evaluate.retrieval_sets(rows, masks).values():
        has_vector = np.array([i in vectors for i in gallery])
        gallery, gallery_ids = gallery[has_vector], gallery_ids[has_vector]
        q, g = np.stack([vectors[i] for i in queries]), np.stack([vectors[i] for i in gallery])
        best = evaluate.nearest(q, g, queries, gallery)[:, 0]
        cosines.append((q * g[best]).sum(1))
        correct.append(gallery_ids[best] == query_ids)
        weights.append(np.full(len(queries), 1 / len(queries)))
    cosines, correct, weights = np.concatenate(cosines), np.concatenate(correct), np.concatenate(weights)
    order = np.argsort(-cosines, kind='stable')
    precision = np.cumsum((correct * weights)[order]) / np.cumsum(weights[order])

    def smallest_cosine(min_precision):
        precise = np.nonzero(precision >= min_precision)[0]
        return float(cosines[order][precise[-1]]) if len(precise) else 0.95

    exact = smallest_cosine(EXACT_PRECISION)
    similar = min(exact - 0.05, smallest_cosine(SIMILAR_PRECISION))
    return {'exact_cosine': round(exact, 4), 'similar_cosine': round(similar, 4)}


def _describe(run):
    return {'format': 1, 'name': f"groknet-{run['trunk']}-{run['input_size']}",
            'version': run.get('version', '1'),
            'input': {'size': run['input_size'], 'mean': 127.5, 'scale': 127.5, 'order': 'RGB',
                      'resize': 'squash-triangle'},
            'embedding': {'size': EMBEDDING, 'code_bits': EMBEDDING}}


def _describe_heads(data, temperature):
    applicability = heads.applicability(data.rows, data.heads, data.first.numpy())
    described = []
    for head, t in zip(data.heads, temperature):
        entry = {'name': head.name, 'vertical': head.vertical, 'kind': head.kind, 'offset': head.offset,
                 'values': head.values, 'temperature': round(float(t), 4)}
        if head.name in applicability:
            entry['applies'] = {'head': 'article_type', 'share': applicability[head.name]}
        described.append(entry)
    return described
