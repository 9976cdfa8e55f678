"""The loss functions: softmax and multi-label softmax heads, ArcFace, multi-label ArcFace, double-margin
pairs."""
import math

import torch
import torch.nn.functional as F
from torch import nn

NO_LOGIT = -1e4  # stands where a head has no value; finite, so that it multiplies by 0


class PadHeads(torch.autograd.Function):
    """logits [N, L] -> [N, heads, widest], NO_LOGIT where a head has no value.

    Each logit goes to exactly one position, so the backward pass is a lookup. The gradient of plain indexing
    would be a scatter-add, which a CPU does one number at a time.
    """

    @staticmethod
    def forward(ctx, logits, index, positions):
        ctx.save_for_backward(positions)
        return F.pad(logits, (0, 1), value=NO_LOGIT)[:, index]

    @staticmethod
    def backward(ctx, gradient):
        return gradient.flatten(1)[:, ctx.saved_tensors[0]], None, None


class HeadLosses(nn.Module):
    """The losses of all classification heads at once.

    A head's loss is the mean cross-entropy over its labeled pictures. A second label takes a share of the
    target (multi-label softmax, Mahajan et al., ECCV 2018).
    """

    SECOND_LABEL_SHARE = 0.35

    def __init__(self, heads, smoothing=0.05):
        super().__init__()
        widest = max(len(h.values) for h in heads)
        total = sum(len(h.values) for h in heads)
        index = torch.full((len(heads), widest), total, dtype=torch.long)
        for i, head in enumerate(heads):
            index[i, :len(head.values)] = torch.arange(head.offset, head.offset + len(head.values))
        positions = torch.cat([i * widest + torch.arange(len(head.values)) for i, head in enumerate(heads)])
        self.register_buffer('index', index, persistent=False)
        self.register_buffer('positions', positions, persistent=False)
        self.register_buffer('sizes', torch.tensor([len(h.values) for h in heads]).float(), persistent=False)
        self.smoothing = smoothing

    def log_probabilities(self, logits):
        """[N, L] -> [N, heads, widest]; positions where a head has no value hold about NO_LOGIT."""
        return F.log_softmax(PadHeads.apply(logits, self.index, self.positions), dim=2)

    def forward(self, logits, first, second):
        """Mean loss and number of labels of each head, [heads] each. first, second: int64 [N, heads], -1 =
        none."""
        logp = self.log_probabilities(logits)
        has, has_second = (first >= 0).float(), (second >= 0).float()
        first_nll = -logp.gather(2, first.clamp(min=0).unsqueeze(2)).squeeze(2)
        second_nll = -logp.gather(2, second.clamp(min=0).unsqueeze(2)).squeeze(2)
        share = has_second * self.SECOND_LABEL_SHARE
        nll = first_nll * (1 - share) + second_nll * share
        if self.smoothing:
            uniform_nll = -logp.clamp(min=-50).mul((logp > NO_LOGIT / 2).float()).sum(2) / self.sizes
            nll = (1 - self.smoothing) * nll + self.smoothing * uniform_nll
        count = has.sum(0)
        return (nll * has).sum(0) / count.clamp(min=1), count


class MultiLabelArcFace(nn.Module):
    """ArcFace (Deng et al., CVPR 2019): softmax over scaled cosines to class centers, with an angular margin
    on the label. If a picture has several labels, each is a softmax against all classes but the other labels,
    and the mean is taken, as published for GrokNet. With one label it equals ArcFace."""

    def __init__(self, classes, size, margin=0.3, scale=24.0):
        super().__init__()
        self.centres = nn.Parameter(torch.randn(classes, size) * 0.05)  # so named in checkpoints
        self.margin, self.scale = margin, scale

    @torch.no_grad()
    def initialize_centers(self, embedding, labels):
        """Sets each class's center to the mean of its embeddings [N, C]; labels: int64 [N, K], -1 = none."""
        sums = torch.randn_like(self.centres) * 1e-3
        for column in labels.t():
            has = column >= 0
            sums.index_add_(0, column[has], embedding[has])
        self.centres.copy_(F.normalize(sums, dim=1))
        return self

    def forward(self, embedding, labels):
        """labels: int64 [N, K], -1 = none."""
        labeled = (labels >= 0).any(1)
        if not labeled.any():
            return embedding.sum() * 0
        embedding, labels = embedding[labeled], labels[labeled]
        cosine = embedding @ F.normalize(self.centres, dim=1).t()
        valid = labels >= 0
        positive = torch.zeros_like(cosine, dtype=torch.bool)
        rows = torch.arange(len(labels), device=labels.device).unsqueeze(1).expand_as(labels)
        positive[rows[valid], labels[valid]] = True
        angle = torch.acos(cosine.clamp(-1 + 1e-5, 1 - 1e-5))
        with_margin = torch.where(angle + self.margin < math.pi, torch.cos(angle + self.margin), cosine - 0.5)
        negatives = torch.logsumexp((self.scale * cosine).masked_fill(positive, -1e4), 1, keepdim=True)
        target = self.scale * with_margin
        loss = torch.logaddexp(target, negatives) - target
        return ((loss * positive).sum(1) / positive.sum(1)).mean()


class DoubleMarginLoss(nn.Module):
    """Contrastive loss with two margins: pairs of one family are pulled to a cosine of at least
    `positive_margin`, all others pushed below `negative_margin`; pairs beyond their margin cost nothing. A
    memory of recent embeddings (cross-batch memory, Wang et al., CVPR 2020) gives more pairs than the batch
    holds."""

    def __init__(self, size, positive_margin=0.85, negative_margin=0.35, memory=4096):
        super().__init__()
        self.positive_margin, self.negative_margin = positive_margin, negative_margin
        self.register_buffer('memory', torch.zeros(memory, size), persistent=False)
        self.register_buffer('ids', torch.full((memory,), -1, dtype=torch.long), persistent=False)
        self.next_slot = 0

    def forward(self, embedding, family):
        """family: int64 [N], -1 = none."""
        labeled = family >= 0
        if not labeled.any():
            return embedding.sum() * 0
        embedding, family = embedding[labeled], family[labeled]
        others, ids = torch.cat([embedding, self.memory]), torch.cat([family, self.ids])
        cosine = embedding @ others.t()
        same = family.unsqueeze(1) == ids.unsqueeze(0)
        itself = torch.zeros_like(same)
        itself[:, :len(embedding)].fill_diagonal_(True)
        pull = F.relu(self.positive_margin - cosine) * (same & ~itself)
        push = F.relu(cosine - self.negative_margin) * (~same & (ids >= 0).unsqueeze(0))
        loss = pull.sum() / (pull > 0).sum().clamp(min=1) + 2 * push.sum() / (push > 0).sum().clamp(min=1)
        self._enqueue(embedding.detach(), family)
        return loss

    def _enqueue(self, embedding, family):
        n = len(embedding)
        slots = (torch.arange(n, device=family.device) + self.next_slot) % len(self.ids)
        self.memory[slots] = embedding.to(self.memory.dtype)
        self.ids[slots] = family
        self.next_slot = (self.next_slot + n) % len(self.ids)
