"""Runs a network over rows of the packs and keeps what evaluation needs."""
import pathlib

import numpy as np
import torch

from . import augment
from .model import plain_features


@torch.no_grad()
def compute(data, forward, index, size=None, batch=256):
    """forward(x) -> tuple of tensors; returns a tuple of float32 arrays for the rows of `index`."""
    parts = []
    for part in np.array_split(index, max(1, -(-len(index) // batch))):
        x = augment.normalise(data.take(part).to(data.device))
        if size and size != x.shape[-1]:
            x = torch.nn.functional.interpolate(x, size=(size, size), mode='bilinear', align_corners=False, antialias=True)
        with torch.autocast(data.device.type, dtype=torch.bfloat16, enabled=False):
            out = forward(x.contiguous(memory_format=torch.channels_last))
        parts.append([o.float().cpu().numpy() for o in out])
    return tuple(np.concatenate(column) for column in zip(*parts))


def of_network(data, network, index, size=None):
    """(pooled features, logits, embeddings) of `index`."""
    return compute(data, network.eval(), index, size)


def of_plain_trunk(data, trunk, index):
    """Mean-pooled features of the pretrained trunk, length 1."""
    trunk.eval()
    return compute(data, lambda x: (plain_features(trunk, x),), index)[0]


def kept(data, network, index, path):
    """As of_network, from the file `path` where that holds all of `index`; else computed and written there."""
    path = pathlib.Path(path)
    if path.exists():
        held = np.load(path)
        place = np.full(len(data.rows), -1)
        place[held['index']] = np.arange(len(held['index']))
        if (place[index] >= 0).all():
            return tuple(held[name][place[index]].astype(np.float32) for name in ('pooled', 'logits', 'embedding'))
    pooled, logits, embedding = of_network(data, network, index)
    aside = path.with_suffix('.part.npz')
    np.savez(aside, index=index, pooled=pooled.astype(np.float16), logits=logits.astype(np.float16), embedding=embedding)
    aside.rename(path)
    return pooled, logits, embedding
