"""The training objective: the weighted loss terms of a batch."""
import dataclasses

import numpy as np
import torch

from . import losses
from .distillation import Distillation, binarize
from .model import EMBEDDING

FULL_WEIGHT_LABELS = 64  # labels in an average batch from which on a head has its full weight


@dataclasses.dataclass
class Batch:
    """index: row numbers; recolored: bool [N]; x: the augmented pictures; then the network's outputs for
    them."""
    index: np.ndarray
    recolored: np.ndarray
    x: torch.Tensor
    pooled: torch.Tensor
    logits: torch.Tensor
    embedding: torch.Tensor


class Objective:
    """The losses of all heads, the distillation terms and the embedding losses.

    A head's loss is scaled by the square root of how many of its labels an average batch holds. Otherwise a
    head with two labels in a batch would weigh as much as one with two hundred.
    """

    def __init__(self, recipe, data, channels, teachers=None, distillation=None):
        """teachers: {dataset: teacher}; distillation: the recipe's weights for them."""
        self.recipe, self.data = recipe, data
        self.modules = torch.nn.ModuleDict({
            'exact_product': losses.MultiLabelArcFace(max(1, data.ids.exact_classes), EMBEDDING),
            'same_design': losses.DoubleMarginLoss(EMBEDDING),
            'natural_to_catalogue': losses.MultiLabelArcFace(max(1, data.ids.cross_classes), EMBEDDING)})
        if teachers:
            self.modules['distillation'] = Distillation(teachers, channels, data.heads,
                                                        distillation['weights'], distillation['relations'])
        self.modules.to(data.device)
        self.head_losses = losses.HeadLosses(data.heads).to(data.device)
        self.color_heads = torch.tensor(['colour' in h.name for h in data.heads]).to(data.device)
        no_loss = {'weight': 0}
        self.head_weight = np.array([recipe['losses'].get(h.name, no_loss)['weight'] for h in data.heads])
        self.head_factor = np.ones(len(data.heads))

    def set_expected_labels(self, mixture):
        """Takes each head's weight from its labels in an average batch of `mixture`, and from
        `head_factor`."""
        first = self.data.first.numpy()
        expected = np.zeros(len(self.data.heads))
        for d, count in mixture.counts.items():
            expected += (first[mixture.rows_of[d]] >= 0).mean(0) * count
        scale = np.clip(np.sqrt(expected / FULL_WEIGHT_LABELS), 0, 1)
        self.loss_weight = self._tensor(scale * self.head_weight * (expected > 0) * self.head_factor)
        self.expected_labels = self._tensor(np.maximum(expected, 1e-3))

    def _tensor(self, values):
        return torch.tensor(values, device=self.data.device, dtype=torch.float32)

    def terms(self, batch):
        """{name: weighted loss}, to be added up."""
        first, second = self._labels(batch)
        per_head, count = self.head_losses(batch.logits.float(), first, second)
        per_head = per_head * count
        terms = {}
        if 'distillation' in self.modules:
            distilled = self.modules['distillation'](
                batch.x, self.data.vertical[batch.index], batch.pooled.float(), batch.logits.float(),
                batch.embedding, self.head_losses, first)
            if distilled['labels'] is not None:
                per_head = per_head + distilled['labels']
            terms = {'keep_features': distilled['features'], 'keep_relations': distilled['relations']}
        terms['heads'] = (per_head / self.expected_labels * self.loss_weight).sum()
        terms.update(self._embedding_terms(batch))
        return terms

    def _labels(self, batch):
        """First and second labels. A recolored picture is unlabeled for the heads that name colors."""
        rows = torch.from_numpy(batch.index)
        recolored = torch.from_numpy(batch.recolored).to(self.data.device)
        unlabeled = recolored[:, None] & self.color_heads
        return tuple(labels[rows].to(self.data.device).masked_fill(unlabeled, -1)
                     for labels in (self.data.first, self.data.second))

    def _embedding_terms(self, batch):
        """A recolored picture is another product of the same design as its original."""
        ids, index = self.data.ids, batch.index
        exact, family, cross = (a[index].copy() for a in (ids.exact, ids.family, ids.cross))
        exact[batch.recolored], cross[batch.recolored] = -1, -1
        pairs = np.isin(index, index[batch.recolored]) & (family < 0)
        family[pairs] = ids.family_classes + index[pairs]
        exact, family, cross = (torch.from_numpy(a).to(self.data.device)
                                for a in (exact[:, None], family, cross))
        modules, embedding = self.modules, batch.embedding
        terms = {'exact_product': modules['exact_product'](embedding, exact),
                 'same_design': modules['same_design'](embedding, family),
                 'natural_to_catalogue': modules['natural_to_catalogue'](embedding, cross)}
        code_share = self.recipe['run'].get('code_share', 0)  # of the ArcFace losses, for the 256-bit code
        if code_share:
            for name, labels in (('exact_product', exact), ('natural_to_catalogue', cross)):
                terms[name] = terms[name] + code_share * modules[name](binarize(embedding), labels)
        return {name: term * self.recipe['losses'][name]['weight'] for name, term in terms.items()}
