"""The subject map: the share of each cell of a picture that the item covers.

One linear layer predicts it from the trunk's maps. Colors are measured where the item is, and a phone photo
comes without a mask. The layer is trained after the rest, on frozen maps, from the exact mattes of generated
sweeps, from garment masks, and from catalogue photos on a uniform background, where the item is all that the
background does not reach from the border.
"""
import io
import pathlib
import tarfile

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from . import augment
from .data import sample
from .packs import NOT_GARMENT

TRAIN_SHARE = 9, 10  # of the examples; the others measure the overlap


class SubjectMap(nn.Module):
    """(middle, last) maps -> logits [N, H / 16, W / 16], one cell for each position of the middle maps.

    The names of the layers are those of tensors in the exported model.
    """

    def __init__(self, channels):
        super().__init__()
        self.middle, self.last = nn.Conv2d(channels[0], 1, 1), nn.Conv2d(channels[1], 1, 1, bias=False)
        for layer in (self.middle, self.last):
            nn.init.zeros_(layer.weight)

    def forward(self, maps):
        coarse = F.interpolate(self.last(maps[1]), size=maps[0].shape[2:], mode='nearest')
        return (self.middle(maps[0]) + coarse)[:, 0]


def fit(trunk, device, pictures, coverage, steps=600, batch=96, learning_rate=3e-3):
    """pictures: uint8 [N, S, S, 3]; coverage: float32 [N, cells, cells]. Trains on nine in ten pictures;
    returns the layer and its mean IoU on the others."""
    order = np.random.default_rng(0).permutation(len(pictures))
    parts = [frozen_maps(trunk, device, pictures[part])
             for part in np.array_split(order, max(1, len(order) // 64))]
    middle, last = (torch.cat([part[k] for part in parts]) for k in (0, 1))
    target = torch.from_numpy(coverage[order])
    train = len(order) * TRAIN_SHARE[0] // TRAIN_SHARE[1]
    layer = _train((middle[:train], last[:train]), target[:train], steps, batch, learning_rate)
    with torch.no_grad():
        held_out = zip(middle[train:].split(64), last[train:].split(64))
        predicted = torch.cat([layer((a.float(), b.float())) for a, b in held_out])
    return layer, mean_iou(predicted.sigmoid(), target[train:])


def _train(maps, target, steps, batch, learning_rate):
    scale = [m.float().std((0, 2, 3)).clamp(min=1e-3).view(1, -1, 1, 1) for m in maps]
    layer = SubjectMap([m.shape[1] for m in maps])
    optimizer = torch.optim.AdamW(layer.parameters(), lr=learning_rate, weight_decay=0.1)
    generator = torch.Generator().manual_seed(0)
    for step in range(steps):
        for group in optimizer.param_groups:
            group['lr'] = learning_rate * (1 - step / steps)
        rows = torch.randint(len(target), (batch,), generator=generator)
        predicted = layer([m[rows].float() / s for m, s in zip(maps, scale)])
        loss = F.binary_cross_entropy_with_logits(predicted, target[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for part, s in zip((layer.middle, layer.last), scale):
            part.weight.div_(s)  # so that the layer takes maps that are not scaled
    return layer


@torch.no_grad()
def frozen_maps(trunk, device, pictures):
    x = augment.normalize(torch.from_numpy(np.ascontiguousarray(pictures)).to(device))
    return [m.half().cpu() for m in trunk.eval()(x.contiguous(memory_format=torch.channels_last))]


def cells_along_side(trunk, device, size):
    """Of the map for pictures of size x size."""
    return frozen_maps(trunk, device, np.zeros((1, size, size, 3), np.uint8))[0].shape[2]


def mean_iou(predicted, target):
    """Mean over pictures of the intersection over union of cells that are at least half covered."""
    a, b = predicted >= 0.5, target >= 0.5
    union = (a | b).sum((1, 2))
    return float(((a & b).sum((1, 2)) / union.clamp(min=1))[union > 0].mean())


def examples(packs, rows, pictures, allowed, cells, per_dataset=1500, seed=0):
    """(row numbers, coverage [N, cells, cells]) of pictures whose item can be located; allowed: bool
    [rows]."""
    rng = np.random.default_rng(seed)
    has_mask = np.array([bool(r.get('mask')) for r in rows])
    masked = _sample_by_dataset(rows, np.nonzero(allowed & has_mask)[0], per_dataset, rng)
    index, coverage = [], []
    for row, mask in read_masks(packs, rows, masked):
        index.append(row)
        coverage.append(cell_coverage(mask, cells))
    is_crop = np.array([r['split'] == 'crop' for r in rows])
    others = np.sort(sample(np.nonzero(allowed & ~has_mask & ~is_crop)[0], 4 * per_dataset, rng))
    for part in np.array_split(others, max(1, len(others) // 256)):
        keep, masks = segment_uniform_background(pictures[part])
        index += list(part[keep])
        coverage += [cell_coverage(mask, cells) for mask in masks]
    return np.array(index, np.int64), np.array(coverage, np.float32).reshape(-1, cells, cells)


def _sample_by_dataset(rows, index, count, rng):
    dataset = np.array([rows[i]['dataset'] for i in index])
    parts = [sample(index[dataset == d], count, rng) for d in sorted(set(dataset))]
    return np.concatenate(parts + [np.empty(0, np.int64)]).astype(np.int64)


def read_masks(packs, rows, index):
    """Yields (row number, float32 [H, W]) for those of `index` whose mask is in its pack."""
    by_pack = {}
    for i in index:
        by_pack.setdefault(rows[i]['pack'], {})[rows[i]['mask']] = i
    for pack, row_of in sorted(by_pack.items()):
        with tarfile.open(pathlib.Path(packs) / f'{pack}.tar.gz') as tar:
            for member in tar:
                row = row_of.get(member.name.lstrip('./'))
                if row is not None:
                    mask = np.asarray(Image.open(io.BytesIO(tar.extractfile(member).read())))
                    matte = rows[row]['dataset'] == 'generated'
                    yield row, (mask > 127 if matte else ~np.isin(mask, NOT_GARMENT)).astype(np.float32)


def cell_coverage(mask, cells):
    """[H, W] of 0..1 -> [cells, cells]: the mean of each cell."""
    picture = Image.fromarray((np.asarray(mask, np.float32) * 255).astype(np.uint8))
    return np.asarray(picture.resize((cells, cells), Image.BOX), np.float32) / 255


def segment_uniform_background(pictures, tolerance=0.06, min_uniform=0.95, max_steps=240):
    """uint8 [N, S, S, 3] -> (bool [N]: which have a uniform background, bool [M, S / 2, S / 2]: masks of
    their items).

    The background is what has the border's median color (within `tolerance`, in all channels) and is
    connected to the border; at least `min_uniform` of the border must have that color. Items that cover less
    than 4 % or more than 85 % are left out.
    """
    x = F.avg_pool2d(torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255, 2)
    sides = (x[:, :, :2], x[:, :, -2:], x[:, :, :, :2], x[:, :, :, -2:])
    border = torch.cat([side.flatten(2) for side in sides], 2)
    color = border.median(2).values
    keep = ((border - color[:, :, None]).abs().amax(1) < tolerance).float().mean(1) >= min_uniform
    similar = ((x - color[:, :, None, None]).abs().amax(1) < tolerance).float()
    item = 1 - _connected_to_border(similar, max_steps)
    share = item.mean((1, 2))
    keep &= (share > 0.04) & (share < 0.85)
    return keep.numpy(), item[keep].numpy().astype(bool)


def _connected_to_border(allowed, max_steps):
    """Flood fill from the border through `allowed`, float [N, H, W] of 0 and 1, one pixel a step."""
    filled = torch.zeros_like(allowed)
    filled[:, [0, -1]], filled[:, :, [0, -1]] = allowed[:, [0, -1]], allowed[:, :, [0, -1]]
    for _ in range(max_steps):
        grown = F.max_pool2d(filled[:, None], 3, 1, 1)[:, 0] * allowed
        if torch.equal(grown, filled):
            break
        filled = grown
    return filled
