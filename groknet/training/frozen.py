"""The parts of the exported model that are fitted after training, on frozen features and maps."""
import dataclasses
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import augment, evaluate, outliers, outputs, subject
from .data import sample
from .model import EMBEDDING
from .refit import refit_heads
from .refit_embedding import EmbeddingRefit

PARTS = ('train', 'dev', 'val', 'gallery')
MIN_SUBJECT_EXAMPLES = 50  # pictures; with fewer the model has no subject map
OUTLIER_PICTURES = 1400  # made from as many training pictures; a fifth as many are made from dev pictures


@dataclasses.dataclass
class FrozenFeatures:
    """Outputs of the trained network for the rows of all PARTS, one part after the other."""
    rows: dict  # {part: row numbers}
    at: dict  # {part: positions in the arrays below}
    pooled: np.ndarray
    logits: np.ndarray
    embedding: np.ndarray

    def all_rows(self):
        return np.concatenate(list(self.rows.values()))


def compute_features(data, network, path):
    """Reads them from the file `path` if it has them, else writes it."""
    rows = {part: np.nonzero(data.masks[part])[0] for part in PARTS}
    arrays = outputs.cached(data, network, np.concatenate(list(rows.values())), path)
    ends = np.cumsum([len(r) for r in rows.values()])
    at = dict(zip(rows, np.split(np.arange(ends[-1]), ends[:-1])))
    return FrozenFeatures(rows, at, *arrays)


def refit(data, network, features, embedding_steps):
    """Retrains heads and embedding of `network`, and updates the logits and embeddings of `features`."""
    _refit_heads(data, network, features)
    _refit_embedding(data, network, features, embedding_steps)
    weight, bias = (p.detach().cpu().numpy() for p in (network.heads.weight, network.heads.bias))
    features.logits = features.pooled @ weight.T + bias


def _refit_heads(data, network, features):
    rows = features.rows['train']
    described = [data.rows[i] for i in rows]
    groups = [r['dataset'] if r['dataset'] == 'generated' else r['vertical'] for r in described]
    pooled = torch.from_numpy(features.pooled[features.at['train']])
    first, second = data.first[torch.from_numpy(rows)], data.second[torch.from_numpy(rows)]
    layer = network.heads
    weight, bias = layer.weight.data.cpu(), layer.bias.data.cpu()
    layer.weight.data, layer.bias.data = refit_heads(weight, bias, pooled, first, second, groups, data.heads)


def _refit_embedding(data, network, features, steps):
    """Trains on training and gallery pictures, and prints recall before and after."""
    at = np.concatenate([features.at['train'], features.at['gallery']])
    rows = np.concatenate([features.rows['train'], features.rows['gallery']])
    ids = data.ids
    exact, family, cross = (torch.from_numpy(a[rows]) for a in (ids.exact, ids.family, ids.cross))
    pooled, embedding = torch.from_numpy(features.pooled[at]), torch.from_numpy(features.embedding[at])
    embedding_refit = EmbeddingRefit(pooled, network.trunk.channels[0], embedding, data.vertical[rows],
                                     exact, family, cross)
    layer = network.embed
    weight, bias = layer.weight.data.cpu(), layer.bias.data.cpu()
    layer.weight.data, layer.bias.data = embedding_refit.train(weight, bias, steps)
    with torch.no_grad():
        projected = torch.from_numpy(features.pooled) @ layer.weight.data.t() + layer.bias.data
        after = F.normalize(projected, dim=1).numpy()
    _report_recall(data, features, 'as trained', features.embedding)
    _report_recall(data, features, 'retrained', after)
    _report_recall(data, features, 'its code', evaluate.sign_code(after))
    features.embedding = after


def _report_recall(data, features, name, embedding):
    vectors = np.zeros((len(data.rows), EMBEDDING), np.float32)
    vectors[features.all_rows()] = embedding
    hits = evaluate.retrieval_hits(evaluate.retrieval_sets(data.rows, data.masks), vectors)
    recall = {k: round(float(h.mean()), 3) for k, h in hits.items()}
    print(f'recall@1, {name}:', json.dumps(recall), flush=True)


def fit_vertical_classifier(data, features, verticals, steps=600, batch=512):
    """A linear classifier of the vertical, which is none of the training losses. Returns (layer,
    temperature)."""
    target = torch.tensor([vertical_target(data.rows[i], verticals) for i in features.all_rows()])
    pooled = torch.from_numpy(features.pooled)
    train, dev, val = (torch.from_numpy(features.at[part][target[features.at[part]].numpy() >= 0])
                       for part in ('train', 'dev', 'val'))
    layer = nn.Linear(pooled.shape[1], len(verticals))
    nn.init.zeros_(layer.weight)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=3e-3, weight_decay=0.05)
    generator = torch.Generator().manual_seed(0)
    for _ in range(steps):
        rows = train[torch.randint(len(train), (batch,), generator=generator)]
        loss = F.cross_entropy(layer(pooled[rows]), target[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        logits = layer(pooled[dev])
        grid = np.exp(np.linspace(np.log(0.3), np.log(4), 40))
        temperature = float(min(grid, key=lambda t: float(F.cross_entropy(logits / t, target[dev]))))
        accuracy = float((layer(pooled[val]).argmax(1) == target[val]).float().mean())
    print(f'vertical: {accuracy:.4f} of the validation pictures', flush=True)
    return layer, temperature


def vertical_target(row, verticals):
    """The index of the vertical that a picture is a training example of, -1 = none. Generated sweeps show
    household things."""
    vertical = 'home_decor' if row['dataset'] == 'generated' else row['vertical']
    return verticals.index(vertical) if vertical in verticals else -1


def fit_product_classifier(data, network, features):
    """Fitted on outliers made from training pictures. Prints the share that it detects of outliers made from
    dev pictures, on which it was not fitted."""
    def outlier_features(rows, seed):
        made = outliers.make_outliers(data.take(rows).cpu().numpy(), seed)
        x = augment.normalize(torch.from_numpy(made)).to(data.device)
        with torch.no_grad():
            return np.concatenate([network(part)[0].float().cpu().numpy() for part in x.split(64)])

    rng = np.random.default_rng(0)
    train = sample(features.rows['train'], OUTLIER_PICTURES, rng)
    layer = outliers.fit_product_classifier(features.pooled[features.at['train']], outlier_features(train, 1))
    dev = sample(features.rows['dev'], OUTLIER_PICTURES // 5, rng)
    with torch.no_grad():
        detected = layer(torch.from_numpy(outlier_features(dev, 2)))[:, 0] < 0
    print(f'outliers detected: {float(detected.float().mean()):.3f}', flush=True)
    return layer


def fit_subject_map(data, network, packs, size):
    """(layer, cells along each side of the map for pictures of size x size), or (None, 0) with too few
    examples."""
    cells = subject.cells_along_side(network.trunk, data.device, size)
    index, coverage = subject.examples(packs, data.rows, data.pictures, data.masks['train'], cells)
    if len(index) < MIN_SUBJECT_EXAMPLES:
        print(f'subject: only {len(index)} pictures with a mask or on a uniform background: '
              'the model has no subject map', flush=True)
        return None, 0
    layer, iou = subject.fit(network.trunk, data.device, data.pictures[index], coverage)
    print(f'subject: {len(index)} pictures, IoU {iou:.3f} on those held out', flush=True)
    return layer, cells


def spherical_kmeans(embedding, count, rounds=12, seed=0):
    """Centers of length 1 of `count` clusters of embedding [N, C], by cosine."""
    rng = np.random.default_rng(seed)
    centers = embedding[rng.permutation(len(embedding))[:count]].copy()
    for _ in range(rounds):
        nearest = (embedding @ centers.T).argmax(1)
        sums = np.zeros_like(centers)
        np.add.at(sums, nearest, embedding)
        norm = np.linalg.norm(sums, axis=1, keepdims=True)
        centers = np.where(norm > 1e-6, sums / np.maximum(norm, 1e-6), centers)
    return centers.astype(np.float32)
