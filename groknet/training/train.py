"""The training loop: one network on a mixture of datasets, resumable, on a CPU or a CUDA GPU."""
import copy
import json
import math
import pathlib
import time

import numpy as np
import torch

from . import augment, curve, distil, losses as L, outputs
from .mixture import Mixture, adapted
from .model import EMBEDDING, GrokNet
from .trunk import Trunk


class Data:
    """Everything a run learns from, pictures on the device when it is a GPU."""

    def __init__(self, rows, pictures, heads, first, second, ids, masks, device):
        self.rows, self.heads, self.ids, self.masks, self.device = rows, heads, ids, masks, device
        self.first, self.second = torch.from_numpy(first.astype(np.int64)), torch.from_numpy(second.astype(np.int64))
        self.pictures = torch.from_numpy(np.asarray(pictures)).to(device) if device.type == 'cuda' else pictures
        self.vertical = np.array([row['vertical'] for row in rows])

    def take(self, index):
        if isinstance(self.pictures, torch.Tensor):
            return self.pictures[torch.from_numpy(index).to(self.device)]
        return torch.from_numpy(np.ascontiguousarray(self.pictures[np.sort(index)][np.argsort(np.argsort(index))]))


class Run:
    """State of one training: network, loss heads, mixture, schedule, averaged weights."""

    def __init__(self, name, recipe, data, weights, out, datasets=None, steps=None, adapt=False, start=None,
                 teachers=None, distillation=None, seconds=None, seed=None, rate=None):
        """start: state of a network to go on from. seconds: the schedule is over after so long, whatever steps are left.
        teachers: {dataset: teacher} and distillation: the recipe's weights for them; see distil.py. seed, rate: instead of
        the recipe's."""
        self.name, self.recipe, self.data, self.adapt = name, recipe, data, adapt
        run = recipe['run']
        self.seed, self.rate = run['seed'] if seed is None else seed, rate or run['learning_rate']
        torch.manual_seed(self.seed)
        self.folder = pathlib.Path(out) / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.steps, self.seconds, self.started = steps or run['steps'], seconds, time.time()
        self.size = run['train_size']
        device = data.device
        trunk = Trunk(weights, run['trunk'])
        self.model = GrokNet(trunk, sum(len(h.values) for h in data.heads))
        self.extra = torch.nn.ModuleDict({
            'exact_product': L.MultiLabelArcFace(max(1, data.ids.exact_classes), EMBEDDING),
            'same_design': L.DoubleMarginPairs(EMBEDDING),
            'natural_to_catalogue': L.MultiLabelArcFace(max(1, data.ids.cross_classes), EMBEDDING)})
        if teachers:
            self.extra['distillation'] = distil.Distillation(teachers, self.model.channels, data.heads, distillation['weights'],
                                                             distillation['relations'])
        self.head_losses = L.HeadLosses(data.heads).to(device)
        self.colour_heads = torch.tensor(['colour' in h.name for h in data.heads])
        if device.type == 'cuda':
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
        self.model.to(device, memory_format=torch.channels_last)
        self.extra.to(device)
        if start:
            self.model.load_state_dict(start)
            self._place_centres()
        else:
            self._calibrate()
        self.net = torch.compile(self.model) if recipe['run'].get('compile') else self.model
        self._mixture(datasets)
        self._optimiser()
        self.average = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.generator = torch.Generator(device=device).manual_seed(self.seed)
        self.step, self.curve, self.dev_first = 0, [], None
        self.head_weight = np.array([recipe['losses'].get(h.name, {'weight': 0})['weight'] for h in data.heads])
        self.head_factor = np.ones(len(data.heads))
        self._expected_labels()

    def _calibrate(self):
        index = np.nonzero(self.data.masks['train'])[0]
        index = index[np.random.default_rng(0).permutation(len(index))[:384]]
        x = augment.normalise(self.data.take(index).to(self.data.device))
        self.model.trunk.restore_normalisation(x)
        with torch.no_grad():
            pooled = self.model.pool(self.model.trunk.eval()(x))
            self.model.norm.running_mean.copy_(pooled.mean(0))
            self.model.norm.running_var.copy_(pooled.var(0))
            self.model.heads.weight.mul_(0.3)
        self.model.train()

    @torch.no_grad()
    def _place_centres(self):
        """The classes of the embedding losses begin at the means of their pictures: random ones would pull a trained
        network out of its place."""
        index = np.nonzero(self.data.masks['train'] | self.data.masks['gallery'])[0]
        embedding = torch.from_numpy(outputs.of_network(self.data, self.model, index)[2]).to(self.data.device)
        ids = self.data.ids
        for name, labels in (('exact_product', ids.exact[:, None]), ('natural_to_catalogue', ids.cross)):
            self.extra[name].begin_at(embedding, torch.from_numpy(labels[index]).to(self.data.device))
        self.model.train()

    def _mixture(self, datasets):
        counts = {d: spec['images_per_batch'] for d, spec in self.recipe['datasets'].items()
                  if datasets is None or d in datasets}
        least = self.recipe['run'].get('single_batch', 0)
        scale = self.recipe['run']['batch'] / sum(counts.values()) if datasets is None else max(1.0, least / sum(counts.values()))
        self.base_counts = {d: n * scale for d, n in counts.items()}
        usable = self.data.masks['train'] | self.data.masks['gallery']
        if self.data.masks.get('weak') is not None:
            usable = usable | self.data.masks['weak']
        rows_of = {d: np.nonzero(usable & (self.data.vertical == d))[0] for d in counts}
        self.mixture = Mixture(self.base_counts, rows_of, self.data.ids.family, self.seed,
                               {d: spec.get('twins', 0) for d, spec in self.recipe['datasets'].items()})

    def _optimiser(self):
        run = self.recipe['run']
        groups = {True: [], False: []}
        for name, p in list(self.model.trunk.named_parameters()):
            groups[p.ndim > 1].append(p)
        fresh = [p for m in (self.model.middle, self.model.last, self.model.norm, self.model.heads, self.model.embed, self.extra)
                 for p in m.parameters()]
        fused = {'fused': True} if self.data.device.type == 'cuda' else {}
        self.optimiser = torch.optim.AdamW([
            {'params': groups[True], 'lr': self.rate * 0.5, 'weight_decay': run['weight_decay']},
            {'params': groups[False], 'lr': self.rate * 0.5, 'weight_decay': 0},
            {'params': fresh, 'lr': self.rate, 'weight_decay': run['weight_decay']}], **fused)
        self.base_rates = [g['lr'] for g in self.optimiser.param_groups]

    def _expected_labels(self):
        """Labels of each head in an average batch."""
        first = self.data.first.numpy()
        expected = np.zeros(len(self.data.heads))
        for d, count in self.mixture.counts.items():
            rows = self.mixture.rows_of[d]
            expected += (first[rows] >= 0).mean(0) * count
        self.expected = expected
        loudness = np.clip(np.sqrt(expected / 64), 0, 1) * self.head_weight * (expected > 0)
        self.loudness = torch.tensor(loudness * self.head_factor, device=self.data.device, dtype=torch.float32)
        self.expected_t = torch.tensor(np.maximum(expected, 1e-3), device=self.data.device, dtype=torch.float32)

    def _done(self):
        """How far the schedule has come, 0 to 1."""
        spent = (time.time() - self.started) / self.seconds if self.seconds else 0
        return min(1.0, max(self.step / self.steps, spent))

    def _rate(self):
        warm = 0.05
        done = self._done()
        if done < warm:
            return max(done, 1 / self.steps) / warm
        return 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm))) * 0.99 + 0.01

    def _losses(self, index, recoloured):
        data, device = self.data, self.data.device
        rows, other_colour = torch.from_numpy(index), torch.from_numpy(recoloured).to(device)
        x = augment.augment(data.take(index).to(device), self.size, self.generator)
        x = augment.recolour(x, other_colour, self.generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == 'cuda'):
            pooled, logits, embedding = self.net(x)
        untold = other_colour[:, None] & self.colour_heads.to(device)
        first = data.first[rows].to(device).masked_fill(untold, -1)
        second = data.second[rows].to(device).masked_fill(untold, -1)
        per_head, count = self.head_losses(logits.float(), first, second)
        per_head = per_head * count
        terms = {}
        if 'distillation' in self.extra:
            kept = self.extra['distillation'](x, data.vertical[index], pooled.float(), logits.float(), embedding,
                                              self.head_losses, first)
            if kept['labels'] is not None:
                per_head = per_head + kept['labels']
            terms = {'keep_features': kept['features'], 'keep_relations': kept['relations']}
        terms['heads'] = (per_head / self.expected_t * self.loudness).sum()
        terms.update(self._embedding_losses(index, recoloured, embedding))
        return terms

    def _embedding_losses(self, index, recoloured, embedding):
        ids, device = self.data.ids, self.data.device
        exact, family, cross = (a[index].copy() for a in (ids.exact, ids.family, ids.cross))
        exact[recoloured], cross[recoloured] = -1, -1
        twins = np.isin(index, index[recoloured]) & (family < 0)
        family[twins] = ids.family_classes + index[twins]
        exact, family, cross = (torch.from_numpy(a).to(device) for a in (exact[:, None], family, cross))
        terms = {'exact_product': self.extra['exact_product'](embedding, exact),
                 'same_design': self.extra['same_design'](embedding, family),
                 'natural_to_catalogue': self.extra['natural_to_catalogue'](embedding, cross)}
        code = self.recipe['run'].get('code_share', 0)
        if code:
            terms['exact_product'] = terms['exact_product'] + code * self.extra['exact_product'](distil.coded(embedding), exact)
            terms['natural_to_catalogue'] = (terms['natural_to_catalogue'] +
                                             code * self.extra['natural_to_catalogue'](distil.coded(embedding), cross))
        return {name: term * self.recipe['losses'][name]['weight'] for name, term in terms.items()}

    def train(self, report_every=100, until=None):
        """Trains to the end (or to step `until`); a checkpoint is written every 200 steps and resumed from."""
        self._resume()
        until = min(self.steps, until or self.steps)
        self.started, seen, added = time.time(), 0, 0
        sums = {}
        while self.step < until and self._done() < 1:
            for group, rate in zip(self.optimiser.param_groups, self.base_rates):
                group['lr'] = rate * self._rate()
            index, recoloured = self.mixture.batch()
            terms = self._losses(index, recoloured)
            self.optimiser.zero_grad(set_to_none=True)
            sum(terms.values()).backward()
            torch.nn.utils.clip_grad_norm_([p for g in self.optimiser.param_groups for p in g['params']], 5.0)
            self.optimiser.step()
            self._follow()
            self.step += 1
            seen, added = seen + len(index), added + 1
            for name, value in terms.items():
                sums[name] = sums.get(name, 0) + value.detach()
            if self.step % report_every == 0 or self.step == until or self._done() >= 1:
                mean = {k: round(float(v) / added, 3) for k, v in sums.items()}
                sums, added = {}, 0
                self._report(mean, seen / (time.time() - self.started))
        curve.draw(self.folder)
        return self.average

    def _follow(self):
        # Polynomial averaging (Shamir, Zhang, ICML 2013): the last twelfth of the steps, however many there were.
        keep = self.step / (self.step + 12)
        with torch.no_grad():
            theirs, mine = list(self.model.state_dict().values()), list(self.average.state_dict().values())
            floats = [(m, t) for m, t in zip(mine, theirs) if m.dtype.is_floating_point]
            torch._foreach_mul_([m for m, _ in floats], keep)
            torch._foreach_add_([m for m, _ in floats], [t.to(m.dtype) for m, t in floats], alpha=1 - keep)

    def _report(self, mean, speed):
        dev, accuracy = self.dev_losses()
        if self.dev_first is None:
            self.dev_first = dev
        elif self.adapt:
            self._adapt(dev)
        line = {'step': self.step, 'pictures_per_s': round(speed), 'train': mean, 'dev_loss': round(float(np.nanmean(dev)), 4),
                'dev_accuracy': round(float(np.nanmean(accuracy)), 4), 'counts': {d: round(n, 1) for d, n in self.mixture.counts.items()}}
        self.curve.append(line)
        print(self.name, json.dumps(line), flush=True)
        self._save()

    def _adapt(self, dev):
        self.head_factor = adapted(self.dev_first, dev)
        lag = {}
        for d in self.mixture.counts:
            factors = [f for f, h, e in zip(self.head_factor, self.data.heads, dev) if h.vertical == d and np.isfinite(e)]
            lag[d] = float(np.clip(np.mean(factors), 0.67, 1.5)) if factors else 1.0
        total = sum(self.base_counts[d] * lag[d] for d in lag)
        batch = sum(self.base_counts.values())
        self.mixture.counts = {d: self.base_counts[d] * lag[d] * batch / total for d in lag}
        self._expected_labels()

    @torch.no_grad()
    def dev_losses(self):
        index = np.nonzero(self.data.masks['dev'] & np.isin(self.data.vertical, list(self.mixture.counts)))[0]
        total, hits = np.zeros(len(self.data.heads)), np.zeros(len(self.data.heads))
        counts = np.zeros(len(self.data.heads))
        for part in np.array_split(index, max(1, len(index) // 512)):
            if not len(part):
                continue
            x = augment.normalise(self.data.take(part).to(self.data.device)).contiguous(memory_format=torch.channels_last)
            _, logits, _ = self.average(x)
            first = self.data.first[torch.from_numpy(part)].to(self.data.device)
            logp = self.head_losses.log_probabilities(logits.float())
            has = (first >= 0).float()
            total += (-logp.gather(2, first.clamp(min=0).unsqueeze(2)).squeeze(2) * has).sum(0).cpu().numpy()
            hits += ((logp.argmax(2) == first).float() * has).sum(0).cpu().numpy()
            counts += has.sum(0).cpu().numpy()
        with np.errstate(invalid='ignore', divide='ignore'):
            enough = counts >= 5
            return np.where(enough, total / counts, np.nan), np.where(enough, hits / counts, np.nan)

    def _save(self):
        aside = self.folder / 'checkpoint.part'
        torch.save({'step': self.step, 'model': self.model.state_dict(), 'average': self.average.state_dict(),
                    'extra': self.extra.state_dict(), 'optimiser': self.optimiser.state_dict(), 'curve': self.curve,
                    'dev_first': self.dev_first, 'counts': self.mixture.counts, 'head_factor': self.head_factor}, aside)
        aside.rename(self.folder / 'checkpoint.pt')
        (self.folder / 'curve.json').write_text(json.dumps(self.curve, indent=1))

    def _resume(self):
        path = self.folder / 'checkpoint.pt'
        if not path.exists():
            return
        state = torch.load(path, map_location=self.data.device, **({'weights_only': False} if torch.__version__ >= '2' else {}))
        self.step, self.curve, self.dev_first = state['step'], state['curve'], state['dev_first']
        self.model.load_state_dict(state['model'])
        self.average.load_state_dict(state['average'])
        self.extra.load_state_dict(state['extra'])
        self.optimiser.load_state_dict(state['optimiser'])
        self.mixture.counts, self.head_factor = state['counts'], state['head_factor']
        self._expected_labels()
