"""Runs a network over rows of the packs and collects what evaluation needs."""
import pathlib

import numpy as np
import torch

from . import augment
from .model import pretrained_features


@torch.no_grad()
def compute(data, forward, index, size=None, batch=256):
    """forward(x) -> tuple of tensors; returns a tuple of float32 arrays for the rows of `index`."""
    parts = []
    for part in np.array_split(index, max(1, -(-len(index) // batch))):
        x = augment.normalize(data.take(part).to(data.device))
        if size and size != x.shape[-1]:
            x = torch.nn.functional.interpolate(x, size=(size, size), mode='bilinear', align_corners=False,
                                                antialias=True)
        with torch.autocast(data.device.type, dtype=torch.bfloat16, enabled=False):
            out = forward(x.contiguous(memory_format=torch.channels_last))
        parts.append([o.float().cpu().numpy() for o in out])
    return tuple(np.concatenate(column) for column in zip(*parts))


def of_network(data, network, index, size=None):
    """(pooled features, logits, embeddings) of `index`."""
    return compute(data, network.eval(), index, size)


def of_pretrained_trunk(data, trunk, index):
    """Mean-pooled features of the pretrained trunk, of length 1."""
    trunk.eval()
    return compute(data, lambda x: (pretrained_features(trunk, x),), index)[0]


def cached(data, network, index, path):
    """As of_network, read from the file `path` if that holds all of `index`; else computed and written
    there."""
    path = pathlib.Path(path)
    if path.exists():
        stored = np.load(path)
        position = np.full(len(data.rows), -1)
        position[stored['index']] = np.arange(len(stored['index']))
        if (position[index] >= 0).all():
            names = ('pooled', 'logits', 'embedding')
            return tuple(stored[name][position[index]].astype(np.float32) for name in names)
    pooled, logits, embedding = of_network(data, network, index)
    partial = path.with_suffix('.part.npz')
    np.savez(partial, index=index, pooled=pooled.astype(np.float16), logits=logits.astype(np.float16),
             embedding=embedding)
    partial.rename(path)
    return pooled, logits, embedding


@torch.no_grad()
def dev_losses(data, network, head_losses, datasets, batch=512, min_labels=5):
    """(cross-entropy, accuracy) of each head on the dev pictures of `datasets`; NaN with fewer than
    `min_labels`."""
    index = np.nonzero(data.masks['dev'] & np.isin(data.vertical, datasets))[0]
    total, hits, counts = (np.zeros(len(data.heads)) for _ in range(3))
    for part in np.array_split(index, max(1, len(index) // batch)):
        if not len(part):
            continue
        x = augment.normalize(data.take(part).to(data.device)).contiguous(memory_format=torch.channels_last)
        _, logits, _ = network(x)
        first = data.first[torch.from_numpy(part)].to(data.device)
        logp = head_losses.log_probabilities(logits.float())
        has = (first >= 0).float()
        nll = -logp.gather(2, first.clamp(min=0).unsqueeze(2)).squeeze(2)
        total += (nll * has).sum(0).cpu().numpy()
        hits += ((logp.argmax(2) == first).float() * has).sum(0).cpu().numpy()
        counts += has.sum(0).cpu().numpy()
    enough = counts >= min_labels
    with np.errstate(invalid='ignore', divide='ignore'):
        return np.where(enough, total / counts, np.nan), np.where(enough, hits / counts, np.nan)
