"""Retrains the heads on frozen features and averages them with those trained together with the trunk.

The joint training gives rare heads little weight. On frozen features each head can have its own (last-layer
retraining: Kirichenko, Izmailov, Wilson, ICLR 2023; averaging weights: Wortsman et al., CVPR 2022).
"""
import math

import numpy as np
import torch

from .losses import HeadLosses

# Share of a batch that each dataset gets; generated sweeps count apart from the photos of their vertical.
BATCH_SHARES = {'fashion': 0.45, 'auto': 0.12, 'home_decor': 0.12, 'grocery_other': 0.1, 'generated': 0.08,
                'materials': 0.07, 'layered_garments': 0.06}
FULL_WEIGHT_LABELS = 64  # labels in a batch from which on a head has its full weight

# Heads whose values name none of a group's products. On the group's pictures without a label for such a head,
# it learns equal probabilities (outlier exposure: Hendrycks, Mazeika, Dietterich, ICLR 2019).
OUT_OF_DISTRIBUTION = {'generated': ('home_type', 'furniture_class')}
OUT_OF_DISTRIBUTION_WEIGHT = 0.5


def refit_heads(weight, bias, pooled, first, second, groups, heads, steps=500, batch=768, learning_rate=1e-3,
                dropout=0.3):
    """weight [L, C], bias [L]: as trained; pooled [N, C], first and second [N, heads]: training rows; groups:
    a name of BATCH_SHARES for each row. Returns the averaged (weight, bias)."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
    optimizer = torch.optim.AdamW(layer.parameters(), lr=learning_rate, weight_decay=0.01)
    probabilities = torch.from_numpy(sampling_probabilities(groups))
    losses, generator = HeadLosses(heads), torch.Generator().manual_seed(0)
    outliers = out_of_distribution_rows(groups, heads, first)
    for step in range(steps):
        set_cosine_rate(optimizer, learning_rate, step, steps)
        rows = torch.multinomial(probabilities, batch, True, generator=generator)
        logits = layer(torch.nn.functional.dropout(pooled[rows], dropout))
        loss, count = losses(logits, first[rows], second[rows])
        total = (loss * torch.sqrt(count.clamp(max=FULL_WEIGHT_LABELS) / FULL_WEIGHT_LABELS)).sum()
        optimizer.zero_grad()
        log_progress('heads', step, steps, total)
        in_batch = {h: rows_of_head[rows] for h, rows_of_head in outliers.items()}
        (total + OUT_OF_DISTRIBUTION_WEIGHT * uniformity_loss(logits, in_batch, heads)).backward()
        optimizer.step()
    return (weight + layer.weight.data) / 2, (bias + layer.bias.data) / 2


def set_cosine_rate(optimizer, learning_rate, step, steps):
    for group in optimizer.param_groups:
        group['lr'] = learning_rate * 0.5 * (1 + math.cos(math.pi * step / steps))


def log_progress(what, step, steps, loss, every=100):
    if (step + 1) % every == 0:
        print(f'retraining {what} on frozen features: {step + 1} of {steps} steps, loss {float(loss):.3f}',
              flush=True)


def out_of_distribution_rows(groups, heads, first):
    """{number of a head: bool [N], the rows whose product its values do not name}."""
    number = {h.name: i for i, h in enumerate(heads)}
    found = {}
    for group, names in OUT_OF_DISTRIBUTION.items():
        in_group = torch.from_numpy(np.asarray(groups) == group)
        for i in (number[name] for name in names if name in number):
            found[i] = found.get(i, torch.zeros_like(in_group)) | (in_group & (first[:, i] < 0))
    return found


def uniformity_loss(logits, rows_of_head, heads):
    """KL divergence of the uniform distribution from each head's probabilities, a mean over the pictures and
    heads of `rows_of_head` ({number of a head: bool [N]})."""
    total, count = logits.sum() * 0, 0
    for i, rows in rows_of_head.items():
        logp = torch.log_softmax(logits[rows][:, heads[i].logit_slice], 1)
        total = total - (logp.mean(1) + math.log(logp.shape[1])).sum()
        count += int(rows.sum())
    return total / max(1, count)


def sampling_probabilities(groups):
    """Of each row, unnormalized, so that each group gets its share of a batch."""
    probabilities = np.zeros(len(groups))
    for name, share in BATCH_SHARES.items():
        in_group = np.asarray(groups) == name
        if in_group.any():
            probabilities[in_group] = share / in_group.sum()
    return probabilities
