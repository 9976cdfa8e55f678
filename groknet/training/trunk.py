"""A pretrained convolutional trunk, read from a folded graph (weights/*.json and .bin) and made trainable
again.

The files hold MobileNets whose batch normalization was folded into weights and biases. Training such a
network is unstable, so normalization is put back: a BatchNorm2d after each convolution. Its statistics are
measured on training pictures, and its scale and shift undo them, so that the network computes the same as
before.
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn

ACTIVATIONS = {0: nn.Identity, 1: nn.ReLU, 3: nn.ReLU6}


class Trunk(nn.Module):
    """RGB in [-1, 1], [N, 3, H, W] -> (middle [N, C1, H / 16, W / 16], last [N, C2, H / 32, W / 32]).

    The middle maps, before the last downsampling, hold the detail that distinguishes one print from another.
    The last maps have lost it in favor of ImageNet's classes. `channels` is (C1, C2).
    """

    def __init__(self, weights, name):
        super().__init__()
        folder = pathlib.Path(weights)
        graph = json.loads((folder / f'{name}_f16.json').read_text())
        data = (folder / f'{name}_f16.bin').read_bytes()
        self.convs, self.norms, self.acts = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        self.steps = []  # ('conv', index, input, output) or ('add', a, b, output)
        self.input = None
        for op in graph['ops']:
            if op['op'] in ('MEAN', 'AVG_POOL'):
                break
            if op['op'] == 'QUANTIZE':
                self.input = op['outputs'][0]
            elif op['op'] == 'ADD':
                self.steps.append(('add', *op['inputs'][:2], op['outputs'][0]))
            elif op['op'] in ('CONV', 'DWCONV'):
                self._add_conv(op, data)
            else:
                raise ValueError(f"{name}: operation {op['op']} is not known")
        self.output = self.steps[-1][-1]
        convs = [step for step in self.steps if step[0] == 'conv']
        last_downsampling = [step for step in convs if self.convs[step[1]].stride[0] == 2][-1]
        self.middle = last_downsampling[2]
        width = {step[3]: self.convs[step[1]].out_channels for step in convs}
        self.channels = width[self.middle], width[self.output]
        self.last_use = {}
        for i, step in enumerate(self.steps):
            for tensor in step[2:3] if step[0] == 'conv' else step[1:3]:
                self.last_use[tensor] = i

    def _add_conv(self, op, data):
        weight = _read_tensor(data, op['w'])
        depthwise = op['op'] == 'DWCONV'
        weight = weight.transpose(3, 0, 1, 2) if depthwise else weight.transpose(0, 3, 1, 2)
        out, per_group, k, _ = weight.shape
        groups = out if depthwise else 1
        # SAME padding; at stride 2 symmetric, which shifts the sampling grid by a pixel and costs nothing.
        conv = nn.Conv2d(per_group * groups, out, k, op['sh'], k // 2, groups=groups, bias=False)
        conv.weight.data = torch.from_numpy(weight.astype(np.float32))
        norm = nn.BatchNorm2d(out, momentum=0.02)
        norm.bias.data = torch.from_numpy(_read_tensor(data, op['b']).astype(np.float32))
        if self.input is None:
            self.input = op['inputs'][0]
        self.steps.append(('conv', len(self.convs), op['inputs'][0], op['outputs'][0]))
        self.convs.append(conv)
        self.norms.append(norm)
        self.acts.append(ACTIVATIONS[op['act']]())

    def forward(self, x, apply_norm=None):
        """apply_norm(norm, y): instead of norm(y)."""
        tensors = {self.input: x}
        for i, step in enumerate(self.steps):
            if step[0] == 'conv':
                _, k, source, out = step
                y = self.convs[k](tensors[source])
                y = apply_norm(self.norms[k], y) if apply_norm else self.norms[k](y)
                tensors[out] = self.acts[k](y)
            else:
                _, a, b, out = step
                tensors[out] = tensors[a] + tensors[b]
            for tensor in [t for t, last in self.last_use.items() if last == i and t != self.middle]:
                del tensors[tensor]
        return tensors[self.middle], tensors[self.output]

    @torch.no_grad()
    def restore_normalization(self, pictures):
        """Measures each convolution's outputs on `pictures` [N, 3, H, W] and sets the BatchNorms to cancel
        out."""

        def restore(norm, y):
            mean, var = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(var)
            norm.weight.copy_((var + norm.eps).sqrt())
            norm.bias.add_(mean)
            return y + (norm.bias - mean).view(1, -1, 1, 1)

        self.forward(pictures, restore)


def _read_tensor(data, entry):
    count = int(np.prod(entry['shape']))
    return np.frombuffer(data, np.dtype(entry['dtype']), count, entry['offset']).reshape(entry['shape'])
