"""Where the item is: a map of the share of each cell that it covers, read off the trunk's maps by one linear layer.

Colours are measured where the item is, and a phone photo comes without a matte. Learned after training, on frozen maps, from
the exact mattes of generated sweeps, from garment masks, and from catalogue photos on an even ground, whose item is what
the ground does not reach from the border.
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

SKIN_HAIR = (0, 19, 41)  # of the garment masks: no item


class SubjectMap(nn.Module):
    """(middle, last) maps -> logits, a cell for each of the middle maps': [N, H / 16, W / 16] for the trunks shipped."""

    def __init__(self, channels):
        super().__init__()
        self.middle, self.last = nn.Conv2d(channels[0], 1, 1), nn.Conv2d(channels[1], 1, 1, bias=False)
        for layer in (self.middle, self.last):
            nn.init.zeros_(layer.weight)

    def forward(self, maps):
        coarse = F.interpolate(self.last(maps[1]), size=maps[0].shape[2:], mode='nearest')
        return (self.middle(maps[0]) + coarse)[:, 0]


def fit(trunk, device, pictures, coverage, steps=600, batch=96, rate=3e-3):
    """pictures: uint8 [N, S, S, 3]; coverage: float32 [N, cells, cells]. The first nine in ten of a random
    order are learned from; returns the layer and its mean overlap with the others (intersection over union at one half)."""
    order = np.random.default_rng(0).permutation(len(pictures))
    maps = [frozen_maps(trunk, device, pictures[part]) for part in np.array_split(order, max(1, len(order) // 64))]
    middle, last = (torch.cat([m[k] for m in maps]) for k in (0, 1))
    wanted = torch.from_numpy(coverage[order])
    learned = len(order) * 9 // 10
    scale = [m[:learned].float().std((0, 2, 3)).clamp(min=1e-3) for m in (middle, last)]
    layer = SubjectMap((middle.shape[1], last.shape[1]))
    optimiser = torch.optim.AdamW(layer.parameters(), lr=rate, weight_decay=0.1)
    generator = torch.Generator().manual_seed(0)
    for step in range(steps):
        for group in optimiser.param_groups:
            group['lr'] = rate * (1 - step / steps)
        rows = torch.randint(learned, (batch,), generator=generator)
        found = layer([m[rows].float() / s.view(1, -1, 1, 1) for m, s in zip((middle, last), scale)])
        loss = F.binary_cross_entropy_with_logits(found, wanted[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        for part, by in zip((layer.middle, layer.last), scale):  # the scale becomes part of the weights
            part.weight.div_(by.view(1, -1, 1, 1))
        found = torch.cat([layer((a.float(), b.float())) for a, b in zip(middle[learned:].split(64), last[learned:].split(64))])
    return layer, overlap(found.sigmoid(), wanted[learned:])


@torch.no_grad()
def frozen_maps(trunk, device, pictures):
    x = augment.normalise(torch.from_numpy(np.ascontiguousarray(pictures)).to(device))
    return [m.half().cpu() for m in trunk.eval()(x.contiguous(memory_format=torch.channels_last))]


def cells_of(trunk, device, size):
    """Cells along each side for pictures of size x size."""
    return frozen_maps(trunk, device, np.zeros((1, size, size, 3), np.uint8))[0].shape[2]


def overlap(found, wanted):
    """Mean over pictures of intersection over union of cells at least half covered."""
    here, there = found >= 0.5, wanted >= 0.5
    either = (here | there).sum((1, 2))
    return float(((here & there).sum((1, 2)) / either.clamp(min=1))[either > 0].mean())


def examples(packs, rows, pictures, allowed, cells, most=1500, seed=0):
    """(row numbers, coverage [N, cells, cells]) of pictures whose item's place is known; allowed: bool [rows]."""
    rng = np.random.default_rng(seed)
    masked = np.nonzero(allowed & np.array([bool(r.get('mask')) for r in rows]))[0]
    by_set = {d: masked[np.array([rows[i]['dataset'] == d for i in masked], bool)] for d in {rows[i]['dataset'] for i in masked}}
    masked = np.concatenate([_some(by_set[d], most, rng) for d in sorted(by_set)] + [np.empty(0, np.int64)]).astype(np.int64)
    index, found = [], []
    for row, mask in read_masks(packs, rows, masked):
        index.append(row)
        found.append(cell_shares(mask, cells))
    others = np.nonzero(allowed & np.array([not r.get('mask') and r['split'] != 'crop' for r in rows]))[0]
    others = np.sort(_some(others, 4 * most, rng))
    for part in np.array_split(others, max(1, len(others) // 256)):
        keep, masks = on_even_ground(pictures[part])
        index += list(part[keep])
        found += [cell_shares(m, cells) for m in masks]
    return np.array(index, np.int64), np.array(found, np.float32).reshape(-1, cells, cells)


def _some(rows, most, rng):
    return rng.choice(rows, min(most, len(rows)), replace=False)


def read_masks(packs, rows, index):
    """Yields (row number, float32 [H, W]) for those of `index` whose mask is in its pack."""
    of = {}
    for i in index:
        of.setdefault(rows[i]['pack'], {})[rows[i]['mask']] = i
    for pack, wanted in sorted(of.items()):
        with tarfile.open(pathlib.Path(packs) / f'{pack}.tar.gz') as tar:
            for member in tar:
                row = wanted.get(member.name.lstrip('./'))
                if row is not None:
                    mask = np.asarray(Image.open(io.BytesIO(tar.extractfile(member).read())))
                    drawn = rows[row]['dataset'] == 'generated'
                    yield row, (mask > 127 if drawn else ~np.isin(mask, SKIN_HAIR)).astype(np.float32)


def cell_shares(mask, cells):
    """[H, W] of 0..1 -> [cells, cells]: the mean of each cell."""
    picture = Image.fromarray((np.asarray(mask, np.float32) * 255).astype(np.uint8))
    return np.asarray(picture.resize((cells, cells), Image.BOX), np.float32) / 255


def on_even_ground(pictures, near=0.06, even=0.95, rounds=240):
    """uint8 [N, S, S, 3] -> (which stand on an even ground, their masks bool [M, S / 2, S / 2]). The ground is what looks like
    the border and is connected to it; items that cover less than 4 or more than 85 % are left out."""
    x = F.avg_pool2d(torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255, 2)
    ring = torch.cat([x[:, :, :2].flatten(2), x[:, :, -2:].flatten(2), x[:, :, :, :2].flatten(2), x[:, :, :, -2:].flatten(2)], 2)
    colour = ring.median(2).values
    like = ((x - colour[:, :, None, None]).abs().amax(1) < near).float()
    keep = ((ring - colour[:, :, None]).abs().amax(1) < near).float().mean(1) >= even
    ground = torch.zeros_like(like)
    ground[:, [0, -1]], ground[:, :, [0, -1]] = like[:, [0, -1]], like[:, :, [0, -1]]
    for _ in range(rounds):
        grown = F.max_pool2d(ground[:, None], 3, 1, 1)[:, 0] * like
        if torch.equal(grown, ground):
            break
        ground = grown
    item = 1 - ground
    share = item.mean((1, 2))
    keep &= (share > 0.04) & (share < 0.85)
    return keep.numpy(), item[keep].numpy().astype(bool)
