"""GrokNet: one trunk, generalized-mean pooling, all classification heads and one embedding."""
import torch
import torch.nn.functional as F
from torch import nn

EMBEDDING = 256


class GeM(nn.Module):
    """Generalized-mean pooling with a learned exponent (Radenovic, Tolias, Chum, PAMI 2019)."""

    def __init__(self, p=3.0):
        super().__init__()
        self.p = nn.Parameter(torch.tensor(float(p)))

    def forward(self, x):
        x = x.float().clamp(min=1e-4)
        return x.pow(self.p).mean((2, 3)).pow(1.0 / self.p)


class GrokNet(nn.Module):
    """Pictures [N, 3, S, S] in [-1, 1] -> pooled features [N, C], logits [N, L], embedding [N, 256] of length
    1.

    The names of the layers are those in the .pt files.
    """

    def __init__(self, trunk, logits, dropout=0.2):
        super().__init__()
        self.trunk = trunk
        self.channels = sum(trunk.channels)
        self.middle, self.last = GeM(), GeM()
        self.norm = nn.BatchNorm1d(self.channels)
        self.drop = nn.Dropout(dropout)
        self.heads = nn.Linear(self.channels, logits)
        self.embed = nn.Linear(self.channels, EMBEDDING)

    def pool(self, maps):
        return torch.cat([self.middle(maps[0]), self.last(maps[1])], 1)

    def forward(self, x):
        pooled = self.norm(self.pool(self.trunk(x)))
        with torch.autocast(x.device.type, enabled=False):
            pooled = pooled.float()
            return pooled, self.heads(self.drop(pooled)), F.normalize(self.embed(pooled), dim=1)


def pretrained_features(trunk, x):
    """The features that the pretrained trunk gives by itself: mean-pooled, of length 1."""
    return F.normalize(trunk(x)[1].float().mean((2, 3)), dim=1)
