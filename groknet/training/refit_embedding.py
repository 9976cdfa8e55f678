"""Retrains the projection to the embedding on frozen features.

Joint training gives the projection about a thousand batches of augmented pictures. On features that are
computed once it sees as many batches again in minutes, and it can use the detail in the middle maps.
Relations pull the embedding towards that detail for the datasets of DETAIL_DATASETS, whose products differ in
prints and shapes, and towards the trained embedding for the others. The three embedding losses go on as in
training, for the 256-bit code too.
"""
import dataclasses

import numpy as np
import torch
import torch.nn.functional as F

from . import losses
from .distillation import binarize, relation_loss, whitening
from .mixture import positive_groups
from .model import EMBEDDING
from .refit import log_progress, set_cosine_rate

DETAIL_DATASETS = ('fashion', 'home_decor')
BATCH_SHARES = {'fashion': 0.4, 'auto': 0.25, 'home_decor': 0.11, 'grocery_other': 0.13, 'multiview': 0.05,
                'materials': 0.03, 'layered_garments': 0.03}
DROPOUT = 0.1  # of the features: signs that depend on a few of them do not generalize to new pictures
MAX_WHITENED = 4000  # pictures of a dataset that its whitening is fitted on


@dataclasses.dataclass
class LossWeights:
    detail: float = 4.0  # relations of the middle maps
    trained: float = 4.0  # relations of the embedding as trained
    exact: float = 2.0
    family: float = 1.0
    cross: float = 0.5
    code: float = 3.0  # of each term, for the code


class EmbeddingRefit:
    """pooled [N, C]: training rows, the first `middle` of the C from the middle maps; embedding [N, 256] as
    trained; vertical: names [N]; exact, family [N], cross [N, K]: ids as in identities.Identities, -1 =
    none."""

    def __init__(self, pooled, middle, embedding, vertical, exact, family, cross, weights=LossWeights(),
                 seed=0):
        torch.manual_seed(seed)
        self.rng, self.weights = np.random.default_rng(seed), weights
        self.pooled, self.trained = pooled, embedding
        self.exact, self.family, self.cross = exact, family, cross
        self.rows_of = {d: np.nonzero(vertical == d)[0] for d in BATCH_SHARES if (vertical == d).any()}
        total = sum(BATCH_SHARES[d] for d in self.rows_of)
        self.shares = {d: BATCH_SHARES[d] / total for d in self.rows_of}
        self.detail = {d: self._detail(pooled[:, :middle], rows) for d, rows in self.rows_of.items()
                       if d in DETAIL_DATASETS}
        self.positives = {d: positive_groups(family.numpy(), rows) for d, rows in self.rows_of.items()}
        self.arcface = torch.nn.ModuleDict({'exact': self._arcface(exact[:, None]),
                                            'cross': self._arcface(cross)})
        self.family_loss = losses.DoubleMarginLoss(EMBEDDING)

    def _detail(self, middle, rows):
        """(position of each row [N], whitened middle features of `rows`, of length 1)."""
        fitted = torch.from_numpy(self.rng.permutation(rows)[:MAX_WHITENED])
        center, axes = whitening(F.normalize(middle[fitted], dim=1))
        position = torch.full((len(middle),), -1)
        position[torch.from_numpy(rows)] = torch.arange(len(rows))
        vectors = F.normalize(middle[torch.from_numpy(rows)], dim=1)
        return position, F.normalize((vectors - center) @ axes, dim=1)

    def _arcface(self, labels):
        classes = max(1, int(labels.max()) + 1)
        return losses.MultiLabelArcFace(classes, EMBEDDING).initialize_centers(self.trained, labels)

    def _batch(self, size):
        """{dataset: rows}; half of the rows are pairs of one family where the dataset knows families."""
        parts = {}
        for name, rows in self.rows_of.items():
            count = max(1, round(size * self.shares[name]))
            positives = self.positives[name]
            pairs = count // 4 if positives else 0
            chosen = [self.rng.choice(positives[k], 2, replace=False)
                      for k in self.rng.integers(0, max(1, len(positives)), pairs)]
            chosen.append(self.rng.choice(rows, count - 2 * pairs))
            parts[name] = torch.from_numpy(np.concatenate(chosen).astype(np.int64))
        return parts

    def _loss(self, layer, parts):
        weights, loss, embeddings = self.weights, 0, []
        for name, rows in parts.items():
            e = F.normalize(layer(F.dropout(self.pooled[rows], DROPOUT)), dim=1)
            embeddings.append(e)
            target, weight = self._relation_target(name, rows)
            relations = relation_loss(e, target) + weights.code * relation_loss(binarize(e), target)
            loss = loss + weight * self.shares[name] * relations
        e, rows = torch.cat(embeddings), torch.cat(list(parts.values()))
        loss = loss + weights.family * self.family_loss(e, self.family[rows])
        for name, labels, weight in (('exact', self.exact[:, None], weights.exact),
                                     ('cross', self.cross, weights.cross)):
            arcface = self.arcface[name]
            of_embedding = arcface(e, labels[rows])
            loss = loss + weight * (of_embedding + weights.code * arcface(binarize(e), labels[rows]))
        return loss

    def _relation_target(self, name, rows):
        if name not in self.detail:
            return self.trained[rows], self.weights.trained
        position, vectors = self.detail[name]
        return vectors[position[rows]], self.weights.detail

    def train(self, weight, bias, steps=600, batch=1024, learning_rate=2e-3):
        """weight [256, C], bias [256] as trained -> the new ones."""
        layer = torch.nn.Linear(weight.shape[1], EMBEDDING)
        layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
        optimizer = torch.optim.AdamW([{'params': layer.parameters(), 'weight_decay': 0.02},
                                       {'params': self.arcface.parameters(), 'weight_decay': 0.0}],
                                      lr=learning_rate)
        for step in range(steps):
            set_cosine_rate(optimizer, learning_rate, step, steps)
            loss = self._loss(layer, self._batch(batch))
            log_progress('the embedding', step, steps, loss)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return layer.weight.data, layer.bias.data
