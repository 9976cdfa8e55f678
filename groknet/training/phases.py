"""The phases of a training, each a function of the session. They share results through the session's
folder."""
import copy
import json

import numpy as np

from . import evaluate, export, identities, outputs, weak_supervision
from .model import EMBEDDING
from .train import RunOptions

WEAK_STEPS = 4  # the phase `weak` has one in so many of the steps of a training
WEAK_RATE = 0.4  # of the learning rate


def plain(session):
    """Evaluates the pretrained trunk."""
    data, masks = session.data, session.data.masks
    run = session.make_run('plain', RunOptions(steps=1))
    is_crop = np.array([r['split'] == 'crop' for r in data.rows])
    index = np.nonzero(masks['train'] | masks['dev'] | masks['val'] | masks['gallery'] | is_crop)[0]
    features = outputs.of_pretrained_trunk(data, run.model.trunk, index)
    vectors = np.zeros((len(data.rows), features.shape[1]), np.float32)
    vectors[index] = features
    train, val = np.nonzero(masks['train'] | masks['dev'])[0], np.nonzero(masks['val'])[0]
    hits = evaluate.retrieval_hits(evaluate.retrieval_sets(data.rows, masks), vectors)
    nearest = evaluate.nearest_neighbor_heads(data.heads, session.first, train, val, vectors[train],
                                              vectors[val])
    metrics = {'nearest_neighbour': nearest, 'recall_at_1': {n: float(h.mean()) for n, h in hits.items()},
               'rooms': evaluate.room_retrieval(data.rows, masks, vectors)}
    session.write_metrics('plain', metrics, **{'hits_' + n: h for n, h in hits.items()})


def single(session):
    """Trains one network for each dataset."""
    chosen = session.args.datasets
    for name in chosen.split(',') if chosen else list(session.recipe['datasets']):
        network = session.train('single-' + name, RunOptions(datasets=[name]))
        session.save('single-' + name, network.state_dict())
        session.evaluate('single-' + name, network, verticals=[name])


def universal(session):
    """Trains one network on the fixed mixture."""
    _train_save_evaluate(session, 'universal', RunOptions())


def distilled(session):
    """As `universal`, with the networks of `single` as teachers."""
    _train_save_evaluate(session, 'distilled', RunOptions(**_single_task_distillation(session)))


def further(session):
    """Continues from `distilled` with another order of pictures; writes further-SEED.pt."""
    _continue_training(session, session.args.seed or session.recipe['run']['seed'] + 1)


def averaged(session):
    """Averages the weights of several networks that continued from `distilled`, each with its own order of
    pictures (model soup: Wortsman et al., ICML 2022). Those that exist are not trained again: they can be
    trained side by side."""
    run = session.recipe['run']
    seeds = range(run['seed'] + 1, run['seed'] + 1 + run['further'])
    for seed in seeds:
        if not (session.out / f'further-{seed}.pt').exists():
            _continue_training(session, seed)
    session.save('averaged', mean_state([session.load(f'further-{seed}') for seed in seeds]))
    session.evaluate('averaged', session.network(session.load('averaged' + session.args.tag)))


def adapted(session):
    """Trains one network on a mixture that follows the tasks that lag behind."""
    _train_save_evaluate(session, 'adapted', RunOptions(adapt=True))


def weak(session):
    """Continues from `adapted` with and without the accepted crops as positives, for the same number of
    steps, so that the gain can be attributed to the crops."""
    data, run = session.data, session.recipe['run']
    initial_state = session.load('adapted')
    accepted = _accept_crops(session, initial_state)
    steps = (session.args.steps or run['steps']) // WEAK_STEPS
    run['learning_rate'] *= WEAK_RATE
    ids = copy.deepcopy(data.ids)
    options = {'adapt': True, 'initial_state': initial_state, 'steps': steps}
    session.evaluate('longer', session.train('longer', RunOptions(**options)))
    weak_supervision.add_positives(ids, data.masks, accepted)
    data.ids = ids
    _train_save_evaluate(session, 'weak', RunOptions(**options))


def _accept_crops(session, state):
    data, masks = session.data, session.data.masks
    network = session.make_run('start', RunOptions(steps=1, initial_state=state)).average
    index = np.nonzero(masks['train'] | np.array([r['split'] == 'crop' for r in data.rows]))[0]
    vectors = np.zeros((len(data.rows), EMBEDDING), np.float32)
    vectors[index] = outputs.of_network(data, network, index)[2]
    threshold, table = weak_supervision.choose_threshold(data.rows, masks, vectors)
    accepted = weak_supervision.accept_crops(data.rows, masks, vectors, threshold)
    summary = json.dumps({'threshold': threshold, 'accepted': len(accepted), 'table': table})
    print('weak', summary, flush=True)
    (session.out / 'weak-table.json').write_text(summary)
    return accepted


def open_set(session):
    """Trains with the ids of one in five cars, groceries and turntable objects held out of every loss; they
    are the queries of the evaluation."""
    data, masks, chosen = session.data, session.data.masks, session.args.datasets
    hold_out = identities.choose_held_out(data.rows)
    data.ids = identities.identify(data.rows, hold_out)
    held_out = np.array([identities.held_out(r, hold_out) for r in data.rows])
    in_train = np.array([r['split'] == 'train' for r in data.rows])
    masks['train'] &= ~held_out
    train = masks['train']
    for name in chosen.split(',') if chosen else ['all']:
        universal_network = name == 'all'
        label = 'open-universal' if universal_network else 'open-single-' + name
        network = session.train(label, RunOptions(datasets=None if universal_network else [name]))
        masks['train'] = train | (held_out & in_train)  # the pictures that the queries are to find
        session.evaluate(label, network, verticals=None if universal_network else [name], only=hold_out)
        masks['train'] = train


def export_model(session):
    """Writes groknet.onnx."""
    export.write(session, session.load(session.args.model))


def _train_save_evaluate(session, name, options):
    network = session.train(name, options)
    session.save(name, network.state_dict())
    session.evaluate(name, network)


def _continue_training(session, seed):
    run = session.recipe['run']
    options = RunOptions(initial_state=session.load('distilled'), seed=seed,
                         steps=session.args.steps or run['further_steps'],
                         learning_rate=run['further_rate'] * run['learning_rate'],
                         **_single_task_distillation(session))
    session.save(f'further-{seed}', session.train(f'further-{seed}', options).state_dict())


def _single_task_distillation(session):
    return {'teachers': session.single_task_teachers(),
            'distillation': session.recipe['distillation']['specialists']}


def mean_state(states):
    """The mean of states of one shape; integers as in the first."""
    return {k: sum(s[k] for s in states) / len(states) if v.is_floating_point() else v
            for k, v in states[0].items()}


PHASES = {'plain': plain, 'single': single, 'universal': universal, 'distilled': distilled,
          'further': further, 'averaged': averaged, 'adapted': adapted, 'weak': weak, 'open': open_set,
          'export': export_model}
