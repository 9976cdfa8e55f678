"""The 83 losses: softmax and multi-label softmax heads, ArcFace, pairwise double margin, multi-label ArcFace."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Spread(torch.autograd.Function):
    """logits [N, L] -> [N, heads, widest], -1e4 where a head has no value. Every logit goes to one place, so that the gradient is
    looked up; indexing would add it up, one number at a time on a CPU."""

    @staticmethod
    def forward(ctx, logits, index, places):
        ctx.save_for_backward(places)
        return F.pad(logits, (0, 1), value=-1e4)[:, index]

    @staticmethod
    def backward(ctx, gradient):
        return gradient.flatten(1)[:, ctx.saved_tensors[0]], None, None


class HeadLosses(nn.Module):
    """All categorical losses at once. A head's loss is the mean cross-entropy over its labelled pictures, scaled by
    how many of them a batch holds on average, so that a head with two labels in a batch is not as loud as one with
    two hundred. A second label takes a share of the target (multi-label softmax, Mahajan et al., ECCV 2018)."""

    SECOND_SHARE = 0.35

    def __init__(self, heads, smoothing=0.05):
        super().__init__()
        widest = max(len(h.values) for h in heads)
        total = sum(len(h.values) for h in heads)
        index = torch.full((len(heads), widest), total, dtype=torch.long)
        for i, head in enumerate(heads):
            index[i, :len(head.values)] = torch.arange(head.offset, head.offset + len(head.values))
        places = torch.cat([i * widest + torch.arange(len(head.values)) for i, head in enumerate(heads)])
        self.register_buffer('index', index, persistent=False)
        self.register_buffer('places', places, persistent=False)
        self.register_buffer('sizes', torch.tensor([len(h.values) for h in heads]).float(), persistent=False)
        self.smoothing = smoothing

    def log_probabilities(self, logits):
        """[N, L] -> [N, heads, widest]; places that a head does not have hold about -1e4."""
        return F.log_softmax(Spread.apply(logits, self.index, self.places), dim=2)

    def forward(self, logits, first, second):
        """Mean loss and number of labels of each head, [heads] each. first, second: int64 [N, heads], -1 = none."""
        logp = self.log_probabilities(logits)
        has, has_second = (first >= 0).float(), (second >= 0).float()
        one = -logp.gather(2, first.clamp(min=0).unsqueeze(2)).squeeze(2)
        two = -logp.gather(2, second.clamp(min=0).unsqueeze(2)).squeeze(2)
        share = has_second * self.SECOND_SHARE
        nll = one * (1 - share) + two * share
        if self.smoothing:
            spread = -logp.clamp(min=-50).mul((logp > -5e3).float()).sum(2) / self.sizes
            nll = (1 - self.smoothing) * nll + self.smoothing * spread
        count = has.sum(0)
        return (nll * has).sum(0) / count.clamp(min=1), count


class MultiLabelArcFace(nn.Module):
    """ArcFace (Deng et al., CVPR 2019): softmax over scaled cosines to class centres, with an angular margin on the
    label. With several labels on a picture each is a softmax against all classes but the other labels, and the mean
    is taken, as published for GrokNet. With one label it is ArcFace itself."""

    def __init__(self, classes, size, margin=0.3, scale=24.0):
        super().__init__()
        self.centres = nn.Parameter(torch.randn(classes, size) * 0.05)
        self.margin, self.scale = margin, scale

    @torch.no_grad()
    def begin_at(self, embedding, labels):
        """Puts each class's centre at the mean of its embeddings [N, C]; labels: int64 [N, K], -1 = none."""
        sums = torch.randn_like(self.centres) * 1e-3
        for column in labels.t():
            has = column >= 0
            sums.index_add_(0, column[has], embedding[has])
        self.centres.copy_(F.normalize(sums, dim=1))
        return self

    def forward(self, embedding, labels):
        """labels: int64 [N, K], -1 = none."""
        keep = (labels >= 0).any(1)
        if not keep.any():
            return embedding.sum() * 0
        embedding, labels = embedding[keep], labels[keep]
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


class DoubleMarginPairs(nn.Module):
    """Pairwise loss with two margins: pairs of one family are drawn to a cosine of at least `near`, others pushed
    below `far`; pairs already there cost nothing. A queue of recent embeddings (Wang et al., CVPR 2020) gives more
    pairs than the batch holds."""

    def __init__(self, size, near=0.85, far=0.35, queue=4096):
        super().__init__()
        self.near, self.far = near, far
        self.register_buffer('memory', torch.zeros(queue, size), persistent=False)
        self.register_buffer('ids', torch.full((queue,), -1, dtype=torch.long), persistent=False)
        self.at = 0

    def forward(self, embedding, family):
        """family: int64 [N], -1 = none."""
        keep = family >= 0
        if not keep.any():
            return embedding.sum() * 0
        embedding, family = embedding[keep], family[keep]
        others, ids = torch.cat([embedding, self.memory]), torch.cat([family, self.ids])
        cosine = embedding @ others.t()
        same = family.unsqueeze(1) == ids.unsqueeze(0)
        itself = torch.zeros_like(same)
        itself[:, :len(embedding)].fill_diagonal_(True)
        pull = F.relu(self.near - cosine) * (same & ~itself)
        push = F.relu(cosine - self.far) * (~same & (ids >= 0).unsqueeze(0))
        loss = pull.sum() / (pull > 0).sum().clamp(min=1) + 2 * push.sum() / (push > 0).sum().clamp(min=1)
        self._remember(embedding.detach(), family)
        return loss

    def _remember(self, embedding, family):
        n = len(embedding)
        where = (torch.arange(n, device=family.device) + self.at) % len(self.ids)
        self.memory[where] = embedding.to(self.memory.dtype)
        self.ids[where] = family
        self.at = (self.at + n) % len(self.ids)
