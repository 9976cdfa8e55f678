"""What a network in training learns from networks that are already trained.

Fine-tuning forgets: a trunk that learns cars loses the detail that tells one shirt from the next. So every network is held
near a teacher that sees the same augmented picture (Beyer et al., CVPR 2022): a single-task network near the pretrained
trunk, and the universal one near the single-task networks, each on its own dataset. Three terms:

  features   a linear map of the pooled features must give the teacher's (FitNets, Romero et al., ICLR 2015);
  relations  within a dataset's part of the batch, neighbours of a picture must be the teacher's neighbours
             (relational distillation, Park et al., CVPR 2019; here as cross-entropy of softmax similarities);
  labels     the teacher's probabilities of each labelled head (Hinton, Vinyals, Dean, 2015).
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import augment
from .model import GrokNet
from .trunk import Trunk

TEMPERATURE = 0.07  # of similarities


class PlainTeacher(nn.Module):
    """The pretrained trunk. Features are generalised means, standardised. Relations are cosines of the middle maps after a
    PCA of each dataset's own, mostly whitened: plain cosines are ruled by what all pictures of a dataset share, and the
    last maps by ImageNet's classes."""

    POWER = 3.0  # of the generalised mean, as the networks in training begin

    def __init__(self, trunk):
        super().__init__()
        self.trunk = trunk.eval().requires_grad_(False)
        self.channels = sum(trunk.channels)
        self.bases = {}

    @torch.no_grad()
    def measure(self, pictures_of):
        """pictures_of: {dataset: list of uint8 [N, S, S, 3] batches}, a few thousand pictures each."""
        every = []
        for name, batches in pictures_of.items():
            pooled = torch.cat([self._pooled(augment.normalise(p)) for p in batches])
            every.append(pooled)
            self.bases[name] = whitening(self._detail(pooled))
        every = torch.cat(every)
        self.mean, self.deviation = every.mean(0), every.std(0).clamp(min=1e-3)
        return self

    def _pooled(self, x):
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=x.device.type == 'cuda'):
            maps = self.trunk(x.contiguous(memory_format=torch.channels_last))
        return torch.cat([m.float().clamp(min=1e-4).pow(self.POWER).mean((2, 3)).pow(1 / self.POWER) for m in maps], 1)

    def _detail(self, pooled):
        return F.normalize(pooled[:, :self.trunk.channels[0]], dim=1)

    @torch.no_grad()
    def forward(self, x):
        """[N, 3, S, S] -> features [N, C], what `relate` takes [N, C], no logits."""
        pooled = self._pooled(x)
        return (pooled - self.mean) / self.deviation, self._detail(pooled), None

    def relate(self, vectors, dataset):
        """Vectors of length 1 whose cosines are the relations."""
        centre, axes = self.bases[dataset]
        return F.normalize((vectors - centre) @ axes, dim=1)


class NetworkTeacher(nn.Module):
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
    def relate(vectors, _):
        return vectors


class Distillation(nn.Module):
    """Terms for a batch whose pictures may have different teachers. Teachers are no part of the checkpoint."""

    CODE_SHARE = 0.5

    def __init__(self, teachers, channels, heads, weights, relations):
        """teachers: {dataset: teacher}, one object may serve several; weights: {'features', 'relations', 'labels'};
        relations: the datasets whose relations are kept."""
        super().__init__()
        self._teachers = list(dict.fromkeys(teachers.values()))
        self.serves = {d: self._teachers.index(t) for d, t in teachers.items()}
        self.weights, self.relations = weights, set(relations)
        self.adapters = nn.ModuleList(nn.Linear(channels, t.channels) for t in self._teachers)
        for adapter in self.adapters:  # all networks go out from the same trunk
            nn.init.eye_(adapter.weight)
            nn.init.zeros_(adapter.bias)
        self.own = {d: torch.tensor([h.vertical == d for h in heads]).float() for d in teachers}

    def forward(self, x, dataset, pooled, logits, embedding, head_losses, first):
        """dataset: numpy array of names [N]. Returns terms already weighted; `labels` as [heads] sums over pictures."""
        terms = {'features': pooled.new_zeros(()), 'relations': pooled.new_zeros(()), 'labels': None}
        for k, teacher in enumerate(self._teachers):
            mine = [d for d, t in self.serves.items() if t == k]
            rows = np.nonzero(np.isin(dataset, mine))[0]
            if not len(rows):
                continue
            at = torch.from_numpy(rows).to(x.device)
            features, relation, soft = teacher(x[at])
            near = F.cosine_similarity(self.adapters[k](pooled[at]), features, dim=1)
            terms['features'] = terms['features'] + self.weights['features'] * (1 - near).sum() / len(dataset)
            self._add_relations(terms, dataset[rows], teacher, relation, embedding[at], len(dataset))
            if soft is not None and self.weights.get('labels'):
                self._add_labels(terms, mine, head_losses, logits[at], soft, first[at])
        return terms

    def _add_relations(self, terms, dataset, teacher, vectors, embedding, batch):
        for name in sorted(self.relations & set(dataset)):
            at = torch.from_numpy(np.nonzero(dataset == name)[0]).to(embedding.device)
            if len(at) < 8:
                continue
            relation = teacher.relate(vectors[at], name)
            loss = relation_loss(embedding[at], relation) + self.CODE_SHARE * relation_loss(coded(embedding[at]), relation)
            terms['relations'] = terms['relations'] + self.weights['relations'] * loss * len(at) / batch

    def _add_labels(self, terms, mine, head_losses, logits, soft, first):
        own = sum(self.own[d] for d in mine).to(logits.device)
        has = (first >= 0).float() * own
        wanted = head_losses.log_probabilities(soft)
        gap = (wanted.exp() * (wanted - head_losses.log_probabilities(logits)).clamp(-50, 50)).sum(2)
        total = self.weights['labels'] * (gap * has).sum(0)
        terms['labels'] = total if terms['labels'] is None else terms['labels'] + total


def whitening(vectors, strength=0.7, least=0.005):
    """vectors [N, C] -> (centre [C], axes [C, K]): principal axes, each divided by its deviation to the power `strength`;
    axes of less than `least` of the largest deviation are noise and left out."""
    centre = vectors.mean(0)
    _, sizes, axes = torch.linalg.svd(vectors - centre, full_matrices=False)
    used = sizes > least * sizes[0]
    return centre, axes[used].t() / (sizes[used] / len(vectors) ** 0.5) ** strength


def relation_loss(embedding, relation):
    """Cross-entropy between each picture's similarities to the others, as a softmax, and the teacher's, less its least."""
    itself = torch.eye(len(embedding), dtype=torch.bool, device=embedding.device)
    wanted = (relation @ relation.t() / TEMPERATURE).masked_fill(itself, -1e4).log_softmax(1)
    found = (embedding @ embedding.t() / TEMPERATURE).masked_fill(itself, -1e4).log_softmax(1)
    return (wanted.exp() * (wanted - found)).sum(1).mean()


def coded(embedding):
    """The signs of an embedding as a vector of length 1, with the gradient of the embedding itself (straight-through:
    Bengio, Leonard, Courville, 2013), so that the 256-bit code is trained along."""
    signs = torch.where(embedding >= 0, 1.0, -1.0) / embedding.shape[1] ** 0.5
    return embedding + (signs - embedding).detach()


def plain_teacher(weights, trunk, data, datasets, count=3000):
    teacher = PlainTeacher(Trunk(weights, trunk)).to(data.device, memory_format=torch.channels_last)

    def batches(name):
        index = np.nonzero(data.masks['train'] & (data.vertical == name))[0]
        index = index[np.random.default_rng(1).permutation(len(index))[:count]]
        return [data.take(part).to(data.device) for part in np.array_split(index, max(1, len(index) // 256))]

    return teacher.measure({name: batches(name) for name in datasets})


def specialists(weights, trunk, heads, states, device):
    """states: {dataset: state of its single-task network}."""
    teachers = {}
    for name, state in states.items():
        network = GrokNet(Trunk(weights, trunk), sum(len(h.values) for h in heads))
        network.load_state_dict(state)
        teachers[name] = NetworkTeacher(network.to(device, memory_format=torch.channels_last))
    return teachers
