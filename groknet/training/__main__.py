"""From raw packs to a trained model in one command; run again, it goes on where it stopped.

  python3 -m groknet.training --packs ../shared/products --weights ../shared/weights --out build/training

Phases (--phases): universal (fixed mixture), distilled (the same with the networks of `single` as teachers),
further (goes on from `distilled` with --seed), averaged (the mean of several of those), adapted (the mixture follows
lagging tasks), weak (goes on from `adapted` with accepted crops as positives), single (one network a dataset), open (ids
held out), plain (the pretrained trunk).
`export` writes groknet.onnx from --model.
"""
import argparse
import copy
import json
import pathlib
import time

import numpy as np
import torch

from . import distil, evaluate, heads as H, identities, outputs, packs, recipe as R, weak
from .model import GrokNet
from .train import Data, Run
from .trunk import Trunk

PHASES = ('plain', 'single', 'universal', 'distilled', 'further', 'averaged', 'adapted', 'weak', 'open', 'export')


def parse():
    parser = argparse.ArgumentParser(prog='groknet.training', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--packs', required=True, help='folder of *.tar.gz packs, with heads.json or without')
    parser.add_argument('--weights', required=True, help='folder of pretrained trunks')
    parser.add_argument('--out', required=True, help='checkpoints, curves, figures and the model go here')
    parser.add_argument('--recipe', help='mixture; default: recipe.toml beside this program')
    parser.add_argument('--phases', default='adapted,weak,export', help=', '.join(PHASES))
    parser.add_argument('--model', default='weak', help='the phase whose network is exported')
    parser.add_argument('--as-trained', action='store_true', help='export: do not re-train heads and embedding on frozen features')
    parser.add_argument('--refit-steps', type=int, default=600, help='export: steps of the embedding on frozen features')
    parser.add_argument('--datasets', help='single: only these datasets, by comma')
    parser.add_argument('--trunk', help='instead of the recipe\'s: mobilenet_v2, mobilenet_edgetpu')
    parser.add_argument('--steps', type=int, help='instead of the recipe\'s')
    parser.add_argument('--seconds', type=int, help='a training ends its schedule after so long, whatever steps are left')
    parser.add_argument('--batch', type=int, help='instead of the recipe\'s; 64 suits a CPU')
    parser.add_argument('--learning-rate', type=float)
    parser.add_argument('--seed', type=int, help='further: order of pictures; writes further-SEED.pt')
    parser.add_argument('--compile', action='store_true', help='torch.compile (torch 2): pays off on a GPU')
    parser.add_argument('--limit', type=int, help='at most so many rows a pack: a quick look')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--workers', type=int, help='processes that decode pictures')
    parser.add_argument('--tag', default='', help='appended to the names of results')
    return parser.parse_args()


class Session:
    def __init__(self, args):
        self.args = args
        self.recipe = R.load(args.recipe)
        run = self.recipe['run']
        for key in ('trunk', 'batch', 'learning_rate', 'compile'):
            if getattr(args, key) is not None:
                run[key] = getattr(args, key)
        self.out = pathlib.Path(args.out)
        started = time.time()
        rows, pictures = packs.read_packs(args.packs, self.out / 'cache', run['input_size'], args.workers)
        if args.limit:
            keep = _limited(rows, args.limit)
            rows, pictures = [rows[i] for i in keep], pictures[keep]
        self.pictures = pictures
        self.rows, self.heads = rows, H.read_heads(args.packs, rows)
        first, second = H.label_arrays(rows, self.heads)
        self.masks = packs.split_masks(rows)
        self.data = Data(rows, pictures, self.heads, first, second, identities.identify(rows), self.masks, torch.device(args.device))
        self.first, self._plain = first, {}
        print(f'{len(rows)} rows, {len(self.heads)} heads, read in {time.time() - started:.0f} s', flush=True)

    def run(self, name, **options):
        if 'teachers' not in options and 'distillation' in self.recipe:
            options['distillation'] = self.recipe['distillation']['plain']
            options['teachers'] = self.plain_teachers(options.get('datasets') or list(self.recipe['datasets']))
        run = Run(name + self.args.tag, self.recipe, self.data, self.args.weights, self.out, steps=options.pop('steps', self.args.steps),
                  seconds=self.args.seconds, **options)
        return run.train()

    def figures(self, name, network, verticals=None, only=None):
        """Evaluates on val and writes NAME.json and NAME.npz (hits per query and label, for paired tests)."""
        rows, masks = self.rows, self.masks
        needed = masks['val'] | masks['gallery'] | masks['dev'] | (masks['train'] & np.isin(self.data.vertical, ['auto', 'multiview']))
        needed |= np.array([r['split'] == 'crop' and r['crop_of'] == 'val' or r['dataset'] == 'ikea' for r in rows])
        if verticals:
            needed &= np.isin(self.data.vertical, verticals)
        index = np.nonzero(needed)[0]
        _, logits, embedding = outputs.of_network(self.data, network, index)
        vectors = np.zeros((len(rows), embedding.shape[1]), np.float32)
        vectors[index] = embedding
        in_dev, in_val = masks['dev'][index], masks['val'][index]
        temperature = evaluate.fit_temperatures(self.heads, self.first[index][in_dev], logits[in_dev])
        predicted, probability = evaluate.head_predictions(self.heads, logits[in_val], temperature)
        first = self.first[index][in_val]
        sets = {n: s for n, s in evaluate.retrieval_sets(rows, masks, only).items() if np.isin(s[0], index).all() and np.isin(s[1], index).all()}
        hits, code_hits = evaluate.retrieval_hits(sets, vectors), evaluate.retrieval_hits(sets, evaluate.signs(vectors))
        result = {'heads': evaluate.head_figures(self.heads, first, predicted),
                  'recall_at_1': {n: float(h.mean()) for n, h in hits.items()}, 'queries': {n: len(h) for n, h in hits.items()},
                  'code_recall_at_1': {n: float(h.mean()) for n, h in code_hits.items()},
                  'calibration': evaluate.calibration_by_vertical(self.heads, first, predicted, probability)}
        if not verticals or 'home_decor' in verticals:
            result['rooms'] = evaluate.room_hits(rows, masks, vectors)
        self.write(name, result, correct=np.where(first >= 0, first == predicted, -1).astype(np.int8), val=index[in_val],
                   **{'hits_' + n: h for n, h in hits.items()})
        return result

    def write(self, name, result, **arrays):
        folder = self.out / 'figures'
        folder.mkdir(exist_ok=True)
        (folder / 'heads.json').write_text(json.dumps([{'name': h.name, 'vertical': h.vertical} for h in self.heads]))
        (folder / f'{name}{self.args.tag}.json').write_text(json.dumps(result, indent=1))
        np.savez_compressed(folder / f'{name}{self.args.tag}.npz', **arrays)
        summary = {'mean accuracy': round(float(np.mean([h['accuracy'] for h in result['heads'].values()])), 4) if result.get('heads') else None,
                   'mean gain': round(float(np.mean([h['gain'] for h in result['heads'].values()])), 4) if result.get('heads') else None,
                   'recall@1': {k: round(v, 3) for k, v in result['recall_at_1'].items()}}
        print(name, json.dumps(summary), flush=True)

    def keep(self, name, network):
        self.keep_state(name, network.state_dict())

    def keep_state(self, name, state):
        """Half precision."""
        state = {k: v.half() if v.dtype == torch.float32 else v for k, v in state.items()}
        torch.save({k: v.cpu() for k, v in state.items()}, self.out / f'{name}{self.args.tag}.pt')

    def network(self, state):
        network = GrokNet(Trunk(self.args.weights, self.recipe['run']['trunk']), sum(len(h.values) for h in self.heads))
        network.load_state_dict(state)
        return network.to(self.data.device, memory_format=torch.channels_last).eval()

    def load(self, name):
        return {k: v.float() if v.is_floating_point() else v for k, v in torch.load(self.out / f'{name}.pt', map_location=self.args.device).items()}

    def plain(self):
        run = Run('plain' + self.args.tag, self.recipe, self.data, self.args.weights, self.out, steps=1)
        index = np.nonzero(self.masks['train'] | self.masks['dev'] | self.masks['val'] | self.masks['gallery'] |
                           np.array([r['split'] == 'crop' for r in self.rows]))[0]
        features = outputs.of_plain_trunk(self.data, run.model.trunk, index)
        vectors = np.zeros((len(self.rows), features.shape[1]), np.float32)
        vectors[index] = features
        train, val = np.nonzero(self.masks['train'] | self.masks['dev'])[0], np.nonzero(self.masks['val'])[0]
        hits = evaluate.retrieval_hits(evaluate.retrieval_sets(self.rows, self.masks), vectors)
        neighbours = evaluate.nearest_neighbour_heads(self.heads, self.first, train, val, vectors[train], vectors[val])
        self.write('plain', {'nearest_neighbour': neighbours, 'recall_at_1': {n: float(h.mean()) for n, h in hits.items()},
                             'rooms': evaluate.room_hits(self.rows, self.masks, vectors)}, **{'hits_' + n: h for n, h in hits.items()})

    def plain_teachers(self, datasets):
        if self._plain.get('for') != datasets:
            teacher = distil.plain_teacher(self.args.weights, self.recipe['run']['trunk'], self.data, datasets)
            self._plain = {'for': datasets, 'teachers': dict.fromkeys(datasets, teacher)}
        return self._plain['teachers']

    def single(self):
        names = self.args.datasets.split(',') if self.args.datasets else list(self.recipe['datasets'])
        for name in names:
            network = self.run('single-' + name, datasets=[name])
            self.keep('single-' + name, network)
            self.figures('single-' + name, network, verticals=[name])

    def universal(self):
        network = self.run('universal')
        self.keep('universal', network)
        self.figures('universal', network)

    def distilled(self):
        network = self.run('distilled', **self.specialists())
        self.keep('distilled', network)
        self.figures('distilled', network)

    def further(self):
        """Trains on from `distilled` with another order of pictures; written as further-SEED.pt."""
        self._go_on(self.args.seed or self.recipe['run']['seed'] + 1)

    def averaged(self):
        """The mean of the recipe's number of networks that went on from `distilled`, each with its own order of pictures
        (Wortsman et al., ICML 2022). Those that are there are not trained again: they can be trained side by side."""
        first = self.recipe['run']['seed'] + 1
        seeds = range(first, first + self.recipe['run']['further'])
        for seed in seeds:
            if not (self.out / f'further-{seed}.pt').exists():
                self._go_on(seed)
        self.keep_state('averaged', mean_state([self.load(f'further-{seed}') for seed in seeds]))
        self.figures('averaged', self.network(self.load('averaged' + self.args.tag)))

    def _go_on(self, seed):
        run = self.recipe['run']
        network = self.run(f'further-{seed}', start=self.load('distilled'), steps=self.args.steps or run['further_steps'],
                           seed=seed, rate=run['further_rate'] * run['learning_rate'], **self.specialists())
        self.keep(f'further-{seed}', network)

    def specialists(self):
        names = [d for d in self.recipe['datasets'] if (self.out / f'single-{d}.pt').exists()]
        if missing := [d for d in self.recipe['datasets'] if d not in names]:
            raise SystemExit(f'no single-task network of {", ".join(missing)} in {self.out}: run the phase `single` first')
        teachers = distil.specialists(self.args.weights, self.recipe['run']['trunk'], self.heads,
                                      {d: self.load('single-' + d) for d in names}, self.data.device)
        return {'teachers': teachers, 'distillation': self.recipe['distillation']['specialists']}

    def adapted(self):
        network = self.run('adapted', adapt=True)
        self.keep('adapted', network)
        self.figures('adapted', network)

    def weak(self):
        """The same number of further steps with and without the accepted crops, so that the gain is theirs."""
        start = self.load('adapted')
        run = Run('start' + self.args.tag, self.recipe, self.data, self.args.weights, self.out, start=start, steps=1)
        crops = np.nonzero(self.masks['train'] | np.array([r['split'] == 'crop' for r in self.rows]))[0]
        vectors = np.zeros((len(self.rows), 256), np.float32)
        vectors[crops] = outputs.of_network(self.data, run.average, crops)[2]
        threshold, table = weak.choose_threshold(self.rows, self.masks, vectors)
        pairs = weak.accept(self.rows, self.masks, vectors, threshold)
        print('weak', json.dumps({'threshold': threshold, 'accepted': len(pairs), 'table': table}), flush=True)
        (self.out / 'weak-table.json').write_text(json.dumps({'threshold': threshold, 'accepted': len(pairs), 'table': table}))
        steps = (self.args.steps or self.recipe['run']['steps']) // 4
        self.recipe['run']['learning_rate'] *= 0.4
        ids = copy.deepcopy(self.data.ids)
        self.figures('longer', self.run('longer', adapt=True, start=start, steps=steps))
        weak.add_positives(ids, self.masks, pairs)
        self.data.ids = ids
        network = self.run('weak', adapt=True, start=start, steps=steps)
        self.keep('weak', network)
        self.figures('weak', network)

    def open(self):
        """Ids of one in five cars, groceries and turntable objects are held out of every loss; they are the queries."""
        hold = identities.choose_held_out(self.rows)
        self.data.ids = identities.identify(self.rows, hold)
        out = np.array([identities.held_out(r, hold) for r in self.rows])
        self.masks['train'] &= ~out
        shelf_train = dict(self.masks)
        names = self.args.datasets.split(',') if self.args.datasets else [None]
        for name in names:
            label = 'open-universal' if name in (None, 'all') else 'open-single-' + name
            network = self.run(label, datasets=None if label == 'open-universal' else [name])
            self.masks.update(train=shelf_train['train'] | (out & np.array([r['split'] == 'train' for r in self.rows])))
            self.figures(label, network, verticals=None if label == 'open-universal' else [name], only=hold)
            self.masks.update(train=shelf_train['train'])

    def export(self):
        from . import export
        export.write(self, self.load(self.args.model))


def _limited(rows, limit):
    seen, keep = {}, []
    for i, row in enumerate(rows):
        key = (row['pack'], row['split'])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= limit:
            keep.append(i)
    return np.array(keep)


def mean_state(states):
    """The mean of networks of one shape; whole numbers as in the first."""
    return {k: sum(s[k] for s in states) / len(states) if v.is_floating_point() else v for k, v in states[0].items()}


def main():
    args = parse()
    session = Session(args)
    for phase in args.phases.split(','):
        if phase not in PHASES:
            raise SystemExit(f'no phase {phase}; choose among {", ".join(PHASES)}')
        getattr(session, phase)()


if __name__ == '__main__':
    main()
