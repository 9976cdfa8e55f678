"""Knowledge distillation: what a network learns from networks that are already trained.

Fine-tuning forgets: a trunk that learns cars loses the detail that distinguishes one shirt from another. So
every network is kept close to a teacher that sees the same augmented picture (Beyer et al., CVPR 2022): a
single-task network to the pretrained trunk, and the universal network to the single-task networks, each on
its own dataset. There are three terms:

  features   a linear map of the pooled features must match the teacher's (FitNets, Romero et al., ICLR 2015);
  relations  within a dataset's part of the batch, a picture's neighbors must be the teacher's neighbors
             (relational distillation, Park et al., CVPR 2019; here as cross-entropy of softmax similarities);
  labels     the teacher's probabilities of each labeled head (Hinton, Vinyals, Dean, 2015).
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import augment
from .heads import count_logits
from .model import GrokNet
from .trunk import Trunk

TEMPERATURE = 0.07  # of similarities
MIN_RELATED = 8  # pictures of a dataset in a batch; fewer have too few neighbors


class PretrainedTeacher(nn.Module):
    """The pretrained trunk. Features are standardized generalized means.

    Relations are cosines of the middle maps after a PCA of each dataset, mostly whitened. Without it the
    cosines would depend on what all pictures of a dataset share. The last maps would give ImageNet's classes
    instead.
    """

    POWER = 3.0  # of the generalized mean, at which the trained networks start

    def __init__(self, trunk):
        super().__init__()
        self.trunk = trunk.eval().requires_grad_(False)
        self.channels = sum(trunk.channels)
        self.whitening_of = {}

    @torch.no_grad()
    def fit(self, pictures_of):
        """Measures the statistics. pictures_of: {dataset: list of uint8 [N, S, S, 3] batches}, a few thousand
        pictures each."""
        features = []
        for name, batches in pictures_of.items():
            pooled = torch.cat([self._pooled(augment.normalize(p)) for p in batches])
            features.append(pooled)
            self.whitening_of[name] = whitening(self._detail(pooled))
        features = torch.cat(features)
        self.mean, self.std = features.mean(0), features.std(0).clamp(min=1e-3)
        return self

    def _pooled(self, x):
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=x.device.type == 'cuda'):
            maps = self.trunk(x.contiguous(memory_format=torch.channels_last))
        return torch.cat([m.float().clamp(min=1e-4).pow(self.POWER).mean((2, 3)).pow(1 / self.POWER)
                          for m in maps], 1)

    def _detail(self, pooled):
        return F.normalize(pooled[:, :self.trunk.channels[0]], dim=1)

    @torch.no_grad()
    def forward(self, x):
        """[N, 3, S, S] -> features [N, C], the input of `relation_vectors` [N, C1], no logits."""
        pooled = self._pooled(x)
        return (pooled - self.mean) / self.std, self._detail(pooled), None

    def relation_vectors(self, vectors, dataset):
        """Vectors of length 1 whose cosines are the relations."""
        center, axes = self.whitening_of[dataset]
        return F.normalize((vectors - center) @ axes, dim=1)


class NetworkTeacher(nn.Module):
    """A trained GrokNet; its relations are cosines of its embedding."""

    def __init__(self, network):
        super().__init__()
        self.network = network.eval().requires_grad_(False)
        self.channels = network.channels

    @torch.no_grad()
    def forward(self, x):
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=x.device.type == 'cuda'):
            pooled, logits, embedding = self.network(x)
        return pooled.float(), embedding.float(), logits.float()

    @staticmethod
    def relation_vectors(vectors, _):
        return vectors


class Distillation(nn.Module):
    """The terms for a batch whose pictures may have different teachers. Checkpoints do not contain the
    teachers."""

    CODE_WEIGHT = 0.5  # of the relations of the 256-bit code, beside those of the embedding

    def __init__(self, teachers, channels, heads, weights, relations):
        """teachers: {dataset: teacher}, one object may teach several datasets; weights: {'features',
        'relations', 'labels'}; relations: the datasets whose relations are preserved."""
        super().__init__()
        self._teachers = list(dict.fromkeys(teachers.values()))
        self.teacher_of = {d: self._teachers.index(t) for d, t in teachers.items()}
        self.weights, self.relations = weights, set(relations)
        self.adapters = nn.ModuleList(nn.Linear(channels, t.channels) for t in self._teachers)
        for adapter in self.adapters:  # student and teacher start from one trunk, so the identity is close
            nn.init.eye_(adapter.weight)
            nn.init.zeros_(adapter.bias)
        self.heads_of = {d: torch.tensor([h.vertical == d for h in heads]).float() for d in teachers}

    def forward(self, x, dataset, pooled, logits, embedding, head_losses, first):
        """dataset: numpy array of names [N]. Returns weighted terms; `labels` as [heads] sums over
        pictures."""
        terms = {'features': pooled.new_zeros(()), 'relations': pooled.new_zeros(()), 'labels': None}
        for k, teacher in enumerate(self._teachers):
            taught = [d for d, t in self.teacher_of.items() if t == k]
            rows = np.nonzero(np.isin(dataset, taught))[0]
            if not len(rows):
                continue
            at = torch.from_numpy(rows).to(x.device)
            features, vectors, soft_labels = teacher(x[at])
            similarity = F.cosine_similarity(self.adapters[k](pooled[at]), features, dim=1)
            distance = (1 - similarity).sum()
            terms['features'] = terms['features'] + self.weights['features'] * distance / len(dataset)
            self._add_relations(terms, dataset[rows], teacher, vectors, embedding[at], len(dataset))
            if soft_labels is not None and self.weights.get('labels'):
                self._add_labels(terms, taught, head_losses, logits[at], soft_labels, first[at])
        return terms

    def _add_relations(self, terms, dataset, teacher, vectors, embedding, batch):
        for name in sorted(self.relations & set(dataset)):
            at = torch.from_numpy(np.nonzero(dataset == name)[0]).to(embedding.device)
            if len(at) < MIN_RELATED:
                continue
            target = teacher.relation_vectors(vectors[at], name)
            loss = relation_loss(embedding[at], target)
            loss = loss + self.CODE_WEIGHT * relation_loss(binarize(embedding[at]), target)
            terms['relations'] = terms['relations'] + self.weights['relations'] * loss * len(at) / batch

    def _add_labels(self, terms, taught, head_losses, logits, soft_labels, first):
        taught_heads = sum(self.heads_of[d] for d in taught).to(logits.device)
        has = (first >= 0).float() * taught_heads
        target = head_losses.log_probabilities(soft_labels)
        predicted = head_losses.log_probabilities(logits)
        kl_divergence = (target.exp() * (target - predicted).clamp(-50, 50)).sum(2)
        total = self.weights['labels'] * (kl_divergence * has).sum(0)
        terms['labels'] = total if terms['labels'] is None else terms['labels'] + total


def whitening(vectors, strength=0.7, min_share=0.005):
    """vectors [N, C] -> (center [C], axes [C, K]): principal axes, each divided by its deviation to the power
    `strength`. Axes below `min_share` of the largest deviation are noise and left out."""
    center = vectors.mean(0)
    _, sizes, axes = torch.linalg.svd(vectors - center, full_matrices=False)
    used = sizes > min_share * sizes[0]
    return center, axes[used].t() / (sizes[used] / len(vectors) ** 0.5) ** strength


def relation_loss(embedding, target):
    """KL divergence of each picture's similarities to the others, as a softmax, from those of the teacher."""
    itself = torch.eye(len(embedding), dtype=torch.bool, device=embedding.device)
    expected = (target @ target.t() / TEMPERATURE).masked_fill(itself, -1e4).log_softmax(1)
    predicted = (embedding @ embedding.t() / TEMPERATURE).masked_fill(itself, -1e4).log_softmax(1)
    return (expected.exp() * (expected - predicted)).sum(1).mean()


def binarize(embedding):
    """The signs of an embedding as a vector of length 1, so that losses can train the 256-bit code too.

    The gradient is that of the embedding itself (straight-through estimator: Bengio, Leonard, Courville,
    2013).
    """
    signs = torch.where(embedding >= 0, 1.0, -1.0) / embedding.shape[1] ** 0.5
    return embedding + (signs - embedding).detach()


def pretrained_teacher(weights, trunk, data, datasets, count=3000):
    """Fitted on at most `count` training pictures of each dataset."""
    teacher = PretrainedTeacher(Trunk(weights, trunk)).to(data.device, memory_format=torch.channels_last)

    def batches(name):
        index = np.nonzero(data.masks['train'] & (data.vertical == name))[0]
        index = index[np.random.default_rng(1).permutation(len(index))[:count]]
        return [data.take(part).to(data.device) for part in np.array_split(index, max(1, len(index) // 256))]

    return teacher.fit({name: batches(name) for name in datasets})


def single_task_teachers(weights, trunk, heads, states, device):
    """states: {dataset: state of its single-task network}."""
    teachers = {}
    for name, state in states.items():
        network = GrokNet(Trunk(weights, trunk), count_logits(heads))
        network.load_state_dict(state)
        teachers[name] = NetworkTeacher(network.to(device, memory_format=torch.channels_last))
    return teachers
