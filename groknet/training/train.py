"""The training loop: one network on a mixture of datasets, resumable, on a CPU or a CUDA GPU."""
import copy
import dataclasses
import json
import pathlib

import numpy as np
import torch

from . import augment, curve, outputs
from .heads import count_logits
from .mixture import Mixture, task_weight_factors
from .model import GrokNet
from .objective import Batch, Objective
from .schedule import Schedule
from .trunk import Trunk

REPORT_EVERY = 100  # steps, between evaluations on dev, each with a checkpoint
TRUNK_RATE = 0.5  # of the learning rate: the trunk is pretrained, the layers on it are new
MAX_GRADIENT_NORM = 5.0
CALIBRATION_PICTURES = 384  # on which the statistics of normalization are measured
DATASET_FACTORS = (0.67, 1.5)  # bounds of how much adaptation changes a dataset's share of a batch


@dataclasses.dataclass
class RunOptions:
    """What distinguishes one training from another; None = as the recipe has it."""
    datasets: list = None  # names of the recipe's datasets; None: all of them
    steps: int = None
    seconds: float = None  # the schedule ends after this time, whatever steps are left; None: unbounded
    learning_rate: float = None
    seed: int = None
    adapt: bool = False  # let loss weights and mixture follow the tasks that lag behind
    initial_state: dict = None  # of the network to continue from; None: start from the pretrained trunk
    teachers: dict = None  # {dataset: teacher}, see distillation.py; None: no distillation
    distillation: dict = None  # the recipe's weights for the teachers


class Run:
    """State of one training: network, objective, mixture, schedule and averaged weights."""

    def __init__(self, name, recipe, data, weights, out, options):
        run = recipe['run']
        self.name, self.recipe, self.data, self.options = name, recipe, data, options
        self.seed = run['seed'] if options.seed is None else options.seed
        self.learning_rate = options.learning_rate or run['learning_rate']
        self.schedule = Schedule(options.steps or run['steps'], options.seconds)
        self.folder = pathlib.Path(out) / name
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(self.seed)
        if data.device.type == 'cuda':
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
            torch.backends.cudnn.benchmark = True
        self.model = GrokNet(Trunk(weights, run['trunk']), count_logits(data.heads))
        self.objective = Objective(recipe, data, self.model.channels, options.teachers, options.distillation)
        self.model.to(data.device, memory_format=torch.channels_last)
        self._initialize()
        self.network = torch.compile(self.model) if run.get('compile') else self.model
        self._make_mixture()
        self._make_optimizer()
        self.average = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.generator = torch.Generator(device=data.device).manual_seed(self.seed)
        self.step, self.curve, self.first_dev_losses = 0, [], None
        self.objective.set_expected_labels(self.mixture)

    def _initialize(self):
        if self.options.initial_state:
            self.model.load_state_dict(self.options.initial_state)
            self._initialize_centers()
        else:
            self._initialize_normalization()
        self.model.train()

    def _initialize_normalization(self):
        """Measures the statistics of all normalization layers, so that the first steps do not destroy the
        trunk."""
        index = np.nonzero(self.data.masks['train'])[0]
        index = index[np.random.default_rng(0).permutation(len(index))[:CALIBRATION_PICTURES]]
        x = augment.normalize(self.data.take(index).to(self.data.device))
        self.model.trunk.restore_normalization(x)
        with torch.no_grad():
            pooled = self.model.pool(self.model.trunk.eval()(x))
            self.model.norm.running_mean.copy_(pooled.mean(0))
            self.model.norm.running_var.copy_(pooled.var(0))
            self.model.heads.weight.mul_(0.3)

    @torch.no_grad()
    def _initialize_centers(self):
        """Sets the ArcFace centers to the means of their pictures; random ones would distort a trained
        embedding."""
        index = np.nonzero(self.data.masks['train'] | self.data.masks['gallery'])[0]
        embedding = torch.from_numpy(outputs.of_network(self.data, self.model, index)[2]).to(self.data.device)
        ids = self.data.ids
        for name, labels in (('exact_product', ids.exact[:, None]), ('natural_to_catalogue', ids.cross)):
            labels = torch.from_numpy(labels[index]).to(self.data.device)
            self.objective.modules[name].initialize_centers(embedding, labels)

    def _make_mixture(self):
        run, datasets = self.recipe['run'], self.recipe['datasets']
        chosen = self.options.datasets
        counts = {d: spec['images_per_batch'] for d, spec in datasets.items()
                  if chosen is None or d in chosen}
        total = sum(counts.values())
        scale = run['batch'] / total if chosen is None else max(1.0, run.get('single_batch', 0) / total)
        self.base_counts = {d: n * scale for d, n in counts.items()}
        masks = self.data.masks
        usable = masks['train'] | masks['gallery']
        if masks.get('weak') is not None:
            usable = usable | masks['weak']
        rows_of = {d: np.nonzero(usable & (self.data.vertical == d))[0] for d in counts}
        recolored_share = {d: spec.get('twins', 0) for d, spec in datasets.items()}
        self.mixture = Mixture(self.base_counts, rows_of, self.data.ids.family, self.seed, recolored_share)

    def _make_optimizer(self):
        decay = self.recipe['run']['weight_decay']
        model = self.model
        kernels = [p for p in model.trunk.parameters() if p.ndim > 1]
        scales_and_shifts = [p for p in model.trunk.parameters() if p.ndim <= 1]
        new_layers = (model.middle, model.last, model.norm, model.heads, model.embed, self.objective.modules)
        new = [p for layer in new_layers for p in layer.parameters()]
        trunk_rate = self.learning_rate * TRUNK_RATE
        fused = {'fused': True} if self.data.device.type == 'cuda' else {}
        self.optimizer = torch.optim.AdamW([
            {'params': kernels, 'lr': trunk_rate, 'weight_decay': decay},
            {'params': scales_and_shifts, 'lr': trunk_rate, 'weight_decay': 0},
            {'params': new, 'lr': self.learning_rate, 'weight_decay': decay}], **fused)
        self.base_rates = [g['lr'] for g in self.optimizer.param_groups]

    def train(self):
        """Trains to the end of the schedule and returns the averaged network. Resumes from the last
        checkpoint."""
        self._resume()
        self.schedule.start()
        seen, steps, sums = 0, 0, {}
        while self.step < self.schedule.steps and self.schedule.progress(self.step) < 1:
            batch, terms = self._train_step()
            seen, steps = seen + len(batch.index), steps + 1
            for name, value in terms.items():
                sums[name] = sums.get(name, 0) + value.detach()
            if self.step % REPORT_EVERY == 0 or self.schedule.progress(self.step) >= 1:
                mean = {k: round(float(v) / steps, 3) for k, v in sums.items()}
                steps, sums = 0, {}
                self._report(mean, seen / self.schedule.elapsed())
        curve.draw(self.folder)
        return self.average

    def _train_step(self):
        for group, rate in zip(self.optimizer.param_groups, self.base_rates):
            group['lr'] = rate * self.schedule.factor(self.step)
        batch = self._forward()
        terms = self.objective.terms(batch)
        self.optimizer.zero_grad(set_to_none=True)
        sum(terms.values()).backward()
        parameters = [p for g in self.optimizer.param_groups for p in g['params']]
        torch.nn.utils.clip_grad_norm_(parameters, MAX_GRADIENT_NORM)
        self.optimizer.step()
        self._update_average()
        self.step += 1
        return batch, terms

    def _forward(self):
        index, recolored = self.mixture.batch()
        device = self.data.device
        size = self.recipe['run']['train_size']
        x = augment.augment(self.data.take(index).to(device), size, self.generator)
        x = augment.recolor(x, torch.from_numpy(recolored).to(device), self.generator)
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == 'cuda'):
            return Batch(index, recolored, x, *self.network(x))

    def _update_average(self):
        """Polynomial-decay averaging (Shamir, Zhang, ICML 2013): the last twelfth of the steps dominates the
        average, however many steps there were."""
        decay = self.step / (self.step + 12)
        with torch.no_grad():
            states = zip(self.average.state_dict().values(), self.model.state_dict().values())
            floats = [(average, current) for average, current in states if average.dtype.is_floating_point]
            averages = [average for average, _ in floats]
            torch._foreach_mul_(averages, decay)
            torch._foreach_add_(averages, [current.to(a.dtype) for a, current in floats], alpha=1 - decay)

    def _report(self, mean_losses, speed):
        losses, accuracy = outputs.dev_losses(self.data, self.average, self.objective.head_losses,
                                              list(self.mixture.counts))
        if self.first_dev_losses is None:
            self.first_dev_losses = losses
        elif self.options.adapt:
            self._adapt_mixture(losses)
        line = {'step': self.step, 'pictures_per_s': round(speed), 'train': mean_losses,
                'dev_loss': round(float(np.nanmean(losses)), 4),
                'dev_accuracy': round(float(np.nanmean(accuracy)), 4),
                'counts': {d: round(n, 1) for d, n in self.mixture.counts.items()}}
        self.curve.append(line)
        print(self.name, json.dumps(line), flush=True)
        self._save_checkpoint()

    def _adapt_mixture(self, dev_losses):
        """Raises the loss weights of heads that lag behind, and the shares of datasets whose heads do."""
        factors = task_weight_factors(self.first_dev_losses, dev_losses)
        self.objective.head_factor = factors
        dataset_factor = {}
        for d in self.mixture.counts:
            known = [f for f, h, loss in zip(factors, self.data.heads, dev_losses)
                     if h.vertical == d and np.isfinite(loss)]
            dataset_factor[d] = float(np.clip(np.mean(known), *DATASET_FACTORS)) if known else 1.0
        counts = {d: self.base_counts[d] * factor for d, factor in dataset_factor.items()}
        total, batch = sum(counts.values()), sum(self.base_counts.values())
        self.mixture.counts = {d: count * batch / total for d, count in counts.items()}
        self.objective.set_expected_labels(self.mixture)

    def _save_checkpoint(self):
        partial = self.folder / 'checkpoint.part'
        torch.save({'step': self.step, 'model': self.model.state_dict(), 'average': self.average.state_dict(),
                    'extra': self.objective.modules.state_dict(), 'optimiser': self.optimizer.state_dict(),
                    'curve': self.curve, 'dev_first': self.first_dev_losses, 'counts': self.mixture.counts,
                    'head_factor': self.objective.head_factor}, partial)
        partial.rename(self.folder / 'checkpoint.pt')
        (self.folder / 'curve.json').write_text(json.dumps(self.curve, indent=1))

    def _resume(self):
        path = self.folder / 'checkpoint.pt'
        if not path.exists():
            return
        # A checkpoint holds NumPy arrays, which torch 2 refuses by default.
        options = {'weights_only': False} if torch.__version__ >= '2' else {}
        state = torch.load(path, map_location=self.data.device, **options)
        self.step, self.curve, self.first_dev_losses = state['step'], state['curve'], state['dev_first']
        self.model.load_state_dict(state['model'])
        self.average.load_state_dict(state['average'])
        self.objective.modules.load_state_dict(state['extra'])
        self.optimizer.load_state_dict(state['optimiser'])
        self.mixture.counts, self.objective.head_factor = state['counts'], state['head_factor']
        self.objective.set_expected_labels(self.mixture)
