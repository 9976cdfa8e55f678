"""Re-trains the heads on frozen features and averages them with those trained along with the trunk.

The joint training gives rare heads little say; on frozen features every head can have its own (last-layer re-training:
Kirichenko, Izmailov, Wilson, ICLR 2023; averaging weights: Wortsman et al., CVPR 2022).
"""
import math

import numpy as np
import torch

from .losses import HeadLosses

# Share of a batch that each dataset gets; generated sweeps count apart from the photos of their vertical.
SHARES = {'fashion': 0.45, 'auto': 0.12, 'home_decor': 0.12, 'grocery_other': 0.1, 'generated': 0.08, 'materials': 0.07,
          'layered_garments': 0.06}


# Heads that know none of these pictures' products (where they are not labelled): they learn to be unsure of them
# (outlier exposure: Hendrycks, Mazeika, Dietterich, ICLR 2019).
OUTSIDE = {'generated': ('home_type', 'furniture_class')}
OUTSIDE_WEIGHT = 0.5


def refit_heads(weight, bias, pooled, first, second, groups, heads, steps=500, batch=768, rate=1e-3, drop=0.3):
    """weight [L, C], bias [L]: as trained; pooled [N, C], first and second [N, heads]: training rows; groups: a name of
    SHARES for each row. Returns the averaged (weight, bias)."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
    optimiser = torch.optim.AdamW(layer.parameters(), lr=rate, weight_decay=0.01)
    chance = torch.from_numpy(sampling(groups))
    losses, generator = HeadLosses(heads), torch.Generator().manual_seed(0)
    outside = outside_of(groups, heads, first)
    for step in range(steps):
        for group in optimiser.param_groups:
            group['lr'] = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        rows = torch.multinomial(chance, batch, True, generator=generator)
        features = torch.nn.functional.dropout(pooled[rows], drop)
        logits = layer(features)
        loss, count = losses(logits, first[rows], second[rows])
        total = (loss * torch.sqrt(count.clamp(max=64) / 64)).sum()
        optimiser.zero_grad()
        tell('heads', step, steps, total)
        (total + OUTSIDE_WEIGHT * unsure(logits, {h: out[rows] for h, out in outside.items()}, heads)).backward()
        optimiser.step()
    return (weight + layer.weight.data) / 2, (bias + layer.bias.data) / 2


def tell(what, step, steps, loss, every=100):
    if (step + 1) % every == 0:
        print(f're-training {what} on frozen features: {step + 1} of {steps} steps, loss {float(loss):.3f}', flush=True)


def outside_of(groups, heads, first):
    """{number of a head: bool [N], the rows whose product it does not know}."""
    names = {h.name: i for i, h in enumerate(heads)}
    found = {}
    for group, outside in OUTSIDE.items():
        of = torch.from_numpy(np.asarray(groups) == group)
        for i in (names[name] for name in outside if name in names):
            found[i] = found.get(i, torch.zeros_like(of)) | (of & (first[:, i] < 0))
    return found


def unsure(logits, outside, heads):
    """Cross-entropy to equal probabilities less its least, a mean over the pictures and heads of `outside`."""
    total, count = logits.sum() * 0, 0
    for i, rows in outside.items():
        logp = torch.log_softmax(logits[rows][:, heads[i].offset:heads[i].offset + len(heads[i].values)], 1)
        total = total - (logp.mean(1) + math.log(logp.shape[1])).sum()
        count += int(rows.sum())
    return total / max(1, count)


def sampling(groups):
    chance = np.zeros(len(groups))
    for name, share in SHARES.items():
        of = np.asarray(groups) == name
        if of.any():
            chance[of] = share / of.sum()
    return chance
