"""Re-trains the projection to the embedding on frozen features.

Training it along with the trunk gives it a thousand batches of augmented pictures; on features that are computed once it
sees as many batches again in minutes, and uses what the middle maps hold. Relations pull towards detail (the datasets of
DETAILED, whose products are told apart by prints and shapes) or to what the embedding was; the three embedding losses
go on as in training, for the 256-bit code too.
"""
import dataclasses
import math

import numpy as np
import torch
import torch.nn.functional as F

from . import losses as L
from .distil import coded, relation_loss, whitening
from .mixture import mates_of
from .model import EMBEDDING
from .refit import tell

DETAILED = ('fashion', 'home_decor')
SHARES = {'fashion': 0.4, 'auto': 0.25, 'home_decor': 0.11, 'grocery_other': 0.13, 'multiview': 0.05, 'materials': 0.03,
          'layered_garments': 0.03}


@dataclasses.dataclass
class Weights:
    detail: float = 4.0
    as_it_was: float = 4.0
    exact: float = 2.0
    family: float = 1.0
    cross: float = 0.5
    code: float = 3.0  # of each term, for the code


DROP = 0.1  # of the features: signs that hang on a few of them do not hold for new pictures


class EmbeddingRefit:
    """pooled [N, C]: training rows, the first `middle` of the C from the middle maps; embedding [N, 256] as trained;
    vertical: names [N]; exact, family [N], cross [N, K]: ids as in identities.Identities, -1 = none."""

    def __init__(self, pooled, middle, embedding, vertical, exact, family, cross, weights=Weights(), seed=0):
        torch.manual_seed(seed)
        self.rng, self.weights = np.random.default_rng(seed), weights
        self.pooled, self.before = pooled, embedding
        self.exact, self.family, self.cross = exact, family, cross
        self.rows_of = {d: np.nonzero(vertical == d)[0] for d in SHARES if (vertical == d).any()}
        total = sum(SHARES[d] for d in self.rows_of)
        self.shares = {d: SHARES[d] / total for d in self.rows_of}
        self.detail = {d: self._detail(pooled[:, :middle], rows) for d, rows in self.rows_of.items() if d in DETAILED}
        self.mates = {d: mates_of(family.numpy(), rows) for d, rows in self.rows_of.items()}
        self.losses = torch.nn.ModuleDict({'exact': self._classes(exact[:, None]), 'cross': self._classes(cross)})
        self.pairs = L.DoubleMarginPairs(EMBEDDING)

    def _detail(self, middle, rows, most=4000):
        fitted = torch.from_numpy(self.rng.permutation(rows)[:most])
        centre, axes = whitening(F.normalize(middle[fitted], dim=1))
        place = torch.full((len(middle),), -1)
        place[torch.from_numpy(rows)] = torch.arange(len(rows))
        return place, F.normalize((F.normalize(middle[torch.from_numpy(rows)], dim=1) - centre) @ axes, dim=1)

    def _classes(self, labels):
        return L.MultiLabelArcFace(max(1, int(labels.max()) + 1), EMBEDDING).begin_at(self.before, labels)

    def _batch(self, size):
        parts = {}
        for name, rows in self.rows_of.items():
            count = max(1, round(size * self.shares[name]))
            mates = self.mates[name]
            pairs = count // 4 if mates else 0
            chosen = [self.rng.choice(mates[k], 2, replace=False) for k in self.rng.integers(0, max(1, len(mates)), pairs)]
            parts[name] = torch.from_numpy(np.concatenate(chosen + [self.rng.choice(rows, count - 2 * pairs)]).astype(np.int64))
        return parts

    def _loss(self, layer, parts):
        w, loss, embeddings = self.weights, 0, []
        for name, rows in parts.items():
            e = F.normalize(layer(F.dropout(self.pooled[rows], DROP)), dim=1)
            embeddings.append(e)
            wanted = self.detail[name][1][self.detail[name][0][rows]] if name in self.detail else self.before[rows]
            weight = (w.detail if name in self.detail else w.as_it_was) * self.shares[name]
            loss = loss + weight * (relation_loss(e, wanted) + w.code * relation_loss(coded(e), wanted))
        e, rows = torch.cat(embeddings), torch.cat(list(parts.values()))
        loss = loss + w.family * self.pairs(e, self.family[rows])
        for name, labels, weight in (('exact', self.exact[:, None], w.exact), ('cross', self.cross, w.cross)):
            arcface = self.losses[name]
            loss = loss + weight * (arcface(e, labels[rows]) + w.code * arcface(coded(e), labels[rows]))
        return loss

    def train(self, weight, bias, steps=600, batch=1024, rate=2e-3):
        """weight [256, C], bias [256] as trained -> the new ones."""
        layer = torch.nn.Linear(weight.shape[1], EMBEDDING)
        layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
        optimiser = torch.optim.AdamW([{'params': layer.parameters(), 'weight_decay': 0.02},
                                       {'params': self.losses.parameters(), 'weight_decay': 0.0}], lr=rate)
        for step in range(steps):
            for group in optimiser.param_groups:
                group['lr'] = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
            loss = self._loss(layer, self._batch(batch))
            tell('the embedding', step, steps, loss)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return layer.weight.data, layer.bias.data

