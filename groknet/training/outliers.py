"""Pictures of no product, made from pictures of products, and a linear classifier that detects them (outlier
exposure: Hendrycks, Mazeika, Dietterich, ICLR 2019)."""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

KINDS = ('noise', 'smooth', 'plain', 'pixels', 'jigsaw', 'phases', 'magnified')


def make_outliers(pictures, seed=0):
    """uint8 [N, S, S, 3] -> as many pictures that show nothing, of all kinds in turn."""
    rng = np.random.default_rng(seed)
    return np.stack([_make(KINDS[i % len(KINDS)], picture, rng) for i, picture in enumerate(pictures)])


def _make(kind, picture, rng):
    size = len(picture)
    if kind == 'noise':
        grain = int(rng.choice((1, 2, 4, 8)))
        cells = -(-size // grain)
        small = rng.integers(0, 256, (cells, cells, int(rng.choice((1, 3)))), dtype=np.uint8)
        return np.broadcast_to(small.repeat(grain, 0).repeat(grain, 1)[:size, :size], picture.shape).copy()
    if kind == 'smooth':
        return _enlarge(rng.integers(0, 256, (int(rng.integers(2, 6)), int(rng.integers(2, 6)), 3)), size)
    if kind == 'plain':
        color = rng.integers(0, 256, 3) + rng.normal(0, rng.uniform(0, 4), picture.shape)
        return np.clip(color, 0, 255).astype(np.uint8)
    if kind == 'pixels':
        return rng.permutation(picture.reshape(-1, 3)).reshape(picture.shape)
    if kind == 'jigsaw':
        return _shuffle_tiles(picture, int(rng.choice((4, 5, 8))), rng)
    if kind == 'phases':
        return _randomize_phases(picture, rng)
    side = max(4, size // int(rng.integers(8, 16)))
    y, x = rng.integers(0, size - side, 2)
    return _enlarge(picture[y:y + side, x:x + side], size)


def _enlarge(small, size):
    x = torch.from_numpy(np.ascontiguousarray(small)).float().permute(2, 0, 1)[None]
    large = F.interpolate(x, size=(size, size), mode='bilinear', align_corners=False)
    return large[0].permute(1, 2, 0).round().clamp(0, 255).numpy().astype(np.uint8)


def _shuffle_tiles(picture, count, rng):
    side = len(picture) // count
    tiles = [picture[y * side:(y + 1) * side, x * side:(x + 1) * side]
             for y in range(count) for x in range(count)]
    order = rng.permutation(len(tiles))
    out = picture.copy()
    for i, k in enumerate(order):
        y, x = divmod(i, count)
        out[y * side:(y + 1) * side, x * side:(x + 1) * side] = tiles[k]
    return out


def _randomize_phases(picture, rng):
    """Keeps the power spectrum, so that only the arrangement is lost."""
    phases = np.angle(np.fft.fft2(rng.standard_normal(picture.shape[:2])))[..., None]
    spectrum = np.fft.fft2(picture.astype(float), axes=(0, 1))
    return np.clip(np.fft.ifft2(spectrum * np.exp(1j * phases), axes=(0, 1)).real, 0, 255).astype(np.uint8)


def fit_product_classifier(products, outliers, steps=400, batch=512, seed=0):
    """A linear layer on pooled features [N, C], positive for pictures of products."""
    layer = nn.Linear(products.shape[1], 1)
    nn.init.zeros_(layer.weight)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=3e-3, weight_decay=0.05)
    generator = torch.Generator().manual_seed(seed)
    products, outliers = torch.from_numpy(products), torch.from_numpy(outliers)
    half = batch // 2
    target = torch.cat([torch.ones(half), torch.zeros(half)])
    for _ in range(steps):
        x = torch.cat([features[torch.randint(len(features), (half,), generator=generator)]
                       for features in (products, outliers)])
        loss = F.binary_cross_entropy_with_logits(layer(x)[:, 0], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layer
