"""What all phases share: the packs, the recipe, the folder of results, and how a network is trained and
evaluated."""
import json
import pathlib
import time

import numpy as np
import torch

from . import distillation, evaluate, heads, identities, outputs, packs, recipe
from .data import TrainingData
from .model import GrokNet
from .train import Run
from .trunk import Trunk

CLOSED_SET_VERTICALS = ('auto', 'multiview')  # validation queries are compared with training pictures


class Session:
    """args: the command line's, see __main__.py."""

    def __init__(self, args):
        self.args = args
        self.recipe = recipe.load(args.recipe)
        run = self.recipe['run']
        for key in ('trunk', 'batch', 'learning_rate', 'compile'):
            if getattr(args, key) is not None:
                run[key] = getattr(args, key)
        self.out = pathlib.Path(args.out)
        started = time.time()
        rows, pictures = packs.read_packs(args.packs, self.out / 'cache', run['input_size'], args.workers)
        if args.limit:
            kept = _limit_rows(rows, args.limit)
            rows, pictures = [rows[i] for i in kept], pictures[kept]
        all_heads = heads.read_heads(args.packs, rows)
        first, second = heads.label_arrays(rows, all_heads)
        self.data = TrainingData(rows, pictures, all_heads, first, second, identities.identify(rows),
                                 packs.split_masks(rows), torch.device(args.device))
        self.first = first
        self._pretrained = {}
        print(f'{len(rows)} rows, {len(all_heads)} heads, read in {time.time() - started:.0f} s', flush=True)

    def make_run(self, name, options):
        return Run(name + self.args.tag, self.recipe, self.data, self.args.weights, self.out, options)

    def train(self, name, options):
        """Trains a network. Without teachers in `options`, the pretrained trunk is the teacher if the recipe
        has distillation."""
        if options.teachers is None and 'distillation' in self.recipe:
            options.distillation = self.recipe['distillation']['plain']
            options.teachers = self.pretrained_teachers(options.datasets or list(self.recipe['datasets']))
        if options.steps is None:
            options.steps = self.args.steps
        options.seconds = self.args.seconds
        return self.make_run(name, options).train()

    def pretrained_teachers(self, datasets):
        """{dataset: the pretrained trunk}; fitted anew only when the datasets change."""
        if self._pretrained.get('datasets') != datasets:
            teacher = distillation.pretrained_teacher(self.args.weights, self.recipe['run']['trunk'],
                                                      self.data, datasets)
            self._pretrained = {'datasets': datasets, 'teachers': dict.fromkeys(datasets, teacher)}
        return self._pretrained['teachers']

    def single_task_teachers(self):
        """{dataset: its single-task network}."""
        datasets = list(self.recipe['datasets'])
        missing = [d for d in datasets if not (self.out / f'single-{d}.pt').exists()]
        if missing:
            raise SystemExit(f'no single-task network of {", ".join(missing)} in {self.out}: '
                             'run the phase `single` first')
        states = {d: self.load('single-' + d) for d in datasets}
        return distillation.single_task_teachers(self.args.weights, self.recipe['run']['trunk'],
                                                 self.data.heads, states, self.data.device)

    def evaluate(self, name, network, verticals=None, only=None):
        """Evaluates on val and writes NAME.json and NAME.npz (hits by query and label, for paired tests).

        verticals: of the pictures that are looked at; only: ids that retrieval queries may have.
        """
        data = self.data
        index = np.nonzero(self._evaluated(verticals))[0]
        _, logits, embedding = outputs.of_network(data, network, index)
        dev, val = data.masks['dev'][index], data.masks['val'][index]
        first = self.first[index]
        temperature = evaluate.fit_temperatures(data.heads, first[dev], logits[dev])
        predicted, probability = evaluate.head_predictions(data.heads, logits[val], temperature)
        first = first[val]
        vectors = np.zeros((len(data.rows), embedding.shape[1]), np.float32)
        vectors[index] = embedding
        metrics, hits = self._retrieval_metrics(vectors, index, only)
        metrics = {'heads': evaluate.head_metrics(data.heads, first, predicted), **metrics,
                   'calibration': evaluate.calibration_by_vertical(data.heads, first, predicted, probability)}
        if not verticals or 'home_decor' in verticals:
            metrics['rooms'] = evaluate.room_retrieval(data.rows, data.masks, vectors)
        correct = np.where(first >= 0, first == predicted, -1).astype(np.int8)
        self.write_metrics(name, metrics, correct=correct, val=index[val], **hits)

    def _evaluated(self, verticals):
        """Whether evaluation looks at a row, bool [rows]."""
        rows, masks, vertical = self.data.rows, self.data.masks, self.data.vertical
        needed = masks['val'] | masks['gallery'] | masks['dev']
        needed |= masks['train'] & np.isin(vertical, CLOSED_SET_VERTICALS)
        needed |= np.array([r['split'] == 'crop' and r['crop_of'] == 'val' or r['dataset'] == 'ikea'
                            for r in rows])
        return needed & np.isin(vertical, verticals) if verticals else needed

    def _retrieval_metrics(self, vectors, index, only):
        """Metrics of the retrieval sets whose rows are all in `index`, and the hits by query."""
        sets = {n: s for n, s in evaluate.retrieval_sets(self.data.rows, self.data.masks, only).items()
                if np.isin(s[0], index).all() and np.isin(s[1], index).all()}
        hits = evaluate.retrieval_hits(sets, vectors)
        code_hits = evaluate.retrieval_hits(sets, evaluate.sign_code(vectors))
        metrics = {'recall_at_1': {n: float(h.mean()) for n, h in hits.items()},
                   'queries': {n: len(h) for n, h in hits.items()},
                   'code_recall_at_1': {n: float(h.mean()) for n, h in code_hits.items()}}
        return metrics, {'hits_' + n: h for n, h in hits.items()}

    def write_metrics(self, name, metrics, **arrays):
        """Writes NAME.json and NAME.npz to the folder `figures` and prints a summary."""
        folder = self.out / 'figures'
        folder.mkdir(exist_ok=True)
        names = [{'name': h.name, 'vertical': h.vertical} for h in self.data.heads]
        (folder / 'heads.json').write_text(json.dumps(names))
        (folder / f'{name}{self.args.tag}.json').write_text(json.dumps(metrics, indent=1))
        np.savez_compressed(folder / f'{name}{self.args.tag}.npz', **arrays)
        of_heads = metrics.get('heads')
        mean = {key: round(float(np.mean([h[key] for h in of_heads.values()])), 4) if of_heads else None
                for key in ('accuracy', 'gain')}
        recall = {k: round(v, 3) for k, v in metrics['recall_at_1'].items()}
        summary = {'mean accuracy': mean['accuracy'], 'mean gain': mean['gain'], 'recall@1': recall}
        print(name, json.dumps(summary), flush=True)

    def save(self, name, state):
        """Writes a network's state in half precision."""
        state = {k: v.half() if v.dtype == torch.float32 else v for k, v in state.items()}
        torch.save({k: v.cpu() for k, v in state.items()}, self.out / f'{name}{self.args.tag}.pt')

    def load(self, name):
        state = torch.load(self.out / f'{name}.pt', map_location=self.args.device)
        return {k: v.float() if v.is_floating_point() else v for k, v in state.items()}

    def network(self, state, channels_last=True):
        trunk = Trunk(self.args.weights, self.recipe['run']['trunk'])
        network = GrokNet(trunk, heads.count_logits(self.data.heads))
        network.load_state_dict(state)
        memory_format = torch.channels_last if channels_last else torch.contiguous_format
        return network.to(self.data.device, memory_format=memory_format).eval()


def _limit_rows(rows, limit):
    """The numbers of the first `limit` rows of each split of each pack."""
    seen, kept = {}, []
    for i, row in enumerate(rows):
        key = (row['pack'], row['split'])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= limit:
            kept.append(i)
    return np.array(kept)
