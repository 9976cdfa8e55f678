"""Writes the shipped model: one ONNX file with labels, preprocessing, temperatures and thresholds in its metadata.

Outputs: embedding [N, 256] (length 1; its signs are the 256-bit code), logits [N, L] (all heads side by side),
vertical [N, V] (logits), familiarity [N] (-1..1: the largest cosine to a prototype of the training pictures, or less where
the features are those of no product, see outliers.py), subject [N, C, C] (share of each cell that the item covers).
"""
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import augment, evaluate, heads as H, outliers, outputs, subject
from .model import EMBEDDING, GrokNet
from .refit import refit_heads
from .refit_embedding import EmbeddingRefit
from .trunk import Trunk

METADATA_KEY = 'rotaview.groknet'
PROTOTYPES = 512
LEAST_EXAMPLES = 50  # of where the item is
OUTPUTS = ('embedding', 'logits', 'vertical', 'familiarity', 'subject')


class Shipped(nn.Module):
    def __init__(self, network, vertical, prototypes, familiar, where):
        super().__init__()
        self.trunk, self.middle, self.last, self.norm = network.trunk, network.middle, network.last, network.norm
        self.heads, self.embed, self.vertical = network.heads, network.embed, vertical
        self.familiar, self.where = familiar, where
        self.register_buffer('prototypes', prototypes.t().contiguous())

    def forward(self, image):
        maps = self.trunk(image)
        pooled = self.norm(GrokNet.pool(self, maps))
        embedding = F.normalize(self.embed(pooled), dim=1)
        product = 2 * torch.sigmoid(self.familiar(pooled)[:, 0]) - 1
        familiarity = torch.minimum((embedding @ self.prototypes).max(1).values, product)
        found = embedding, self.heads(pooled), self.vertical(pooled), familiarity
        return found if self.where is None else found + (torch.sigmoid(self.where(maps)),)


def write(session, state):
    rows, masks = session.rows, session.masks
    network = GrokNet(Trunk(session.args.weights, session.recipe['run']['trunk']), sum(len(h.values) for h in session.heads))
    network.load_state_dict(state)
    network.to(session.data.device).eval()
    sets = _chosen(masks)
    path = session.out / f'features-{session.args.model}{session.args.tag}.npz'
    pooled, logits, embedding = outputs.kept(session.data, network, np.concatenate(list(sets.values())), path)
    cut = dict(zip(sets, np.split(np.arange(len(pooled)), np.cumsum([len(s) for s in sets.values()])[:-1])))
    names = [d for d in session.recipe['datasets'] if any(h.vertical == d for h in session.heads)]
    chosen = [rows[i] for i in np.concatenate(list(sets.values()))]
    target = np.array([_route(row, names) for row in chosen])
    if not session.args.as_trained:
        _refit(session, network, pooled[cut['train']], sets['train'])
        embedding = _refit_embedding(session, network, pooled, embedding, sets, cut)
        logits = pooled @ network.heads.weight.detach().cpu().numpy().T + network.heads.bias.detach().cpu().numpy()
    vertical, vertical_temperature = _vertical_router(pooled, target, cut, len(names))
    prototypes = spherical_means(embedding[cut['train']], PROTOTYPES)
    familiar = _familiar(session, network, pooled[cut['train']], sets)
    with torch.no_grad():
        product = 2 * torch.sigmoid(familiar(torch.from_numpy(pooled))[:, 0]).numpy() - 1
    familiarity = np.minimum((embedding @ prototypes.T).max(1), product)
    held = np.concatenate([cut['dev'], cut['val']])
    first = session.first[np.concatenate([sets['dev'], sets['val']])]
    temperature = evaluate.fit_temperatures(session.heads, first, logits[held])
    _report_calibration(session.heads, session.first[sets['val']], logits[cut['val']])
    where, cells = _where(session, network)
    shipped = Shipped(network.cpu(), vertical, torch.from_numpy(prototypes), familiar, where).eval()
    run = session.recipe['run']
    metadata = {
        'format': 1, 'name': f"groknet-{run['trunk']}-{run['input_size']}", 'version': run.get('version', '1'),
        'input': {'size': run['input_size'], 'mean': 127.5, 'scale': 127.5, 'order': 'RGB', 'resize': 'squash-triangle'},
        'embedding': {'size': EMBEDDING, 'code_bits': EMBEDDING},
        'verticals': {'names': names, 'temperature': round(vertical_temperature, 4)},
        'heads': _describe_heads(session, temperature),
        'unknown': {'min_familiarity': round(float(np.quantile(familiarity[held], 0.01)), 4)},
        'match': match_thresholds(rows, masks, dict(zip(np.concatenate(list(sets.values())), embedding))),
        'licence': run.get('licence', ''),
        'trained_on': sorted({f"{r['dataset']} ({r['licence']})" for r in rows if r['split'] == 'train'})}
    if where is not None:
        metadata['subject'] = {'cells': cells}
    path = session.out / f'groknet{session.args.tag}.onnx'
    _save(shipped, path, run['input_size'], metadata)
    print(f'{path}: {path.stat().st_size / 1e6:.1f} MB', flush=True)


def _chosen(masks):
    """Rows that the parts fitted after training look at."""
    return {name: np.nonzero(masks[name])[0] for name in ('train', 'dev', 'val', 'gallery')}


def _familiar(session, network, pooled, sets, count=1400):
    """Fitted on outliers made from training pictures; says how many made from dev pictures it knows, which it never saw."""
    def features(of, seed):
        made = outliers.make_outliers(session.data.take(of).cpu().numpy(), seed)
        x = augment.normalise(torch.from_numpy(made)).to(session.data.device)
        with torch.no_grad():
            return np.concatenate([network(part)[0].float().cpu().numpy() for part in x.split(64)])

    rng = np.random.default_rng(0)
    layer = outliers.familiar_layer(pooled, features(_some(sets['train'], count, rng), 1))
    with torch.no_grad():
        held = layer(torch.from_numpy(features(_some(sets['dev'], count // 5, rng), 2)))[:, 0] < 0
    print(f'outliers known as such: {float(held.float().mean()):.3f}', flush=True)
    return layer


def _where(session, network):
    rows, masks = session.rows, session.masks
    cells = subject.cells_of(network.trunk, session.data.device, session.recipe['run']['input_size'])
    index, coverage = subject.examples(session.args.packs, rows, session.pictures, masks['train'], cells)
    if len(index) < LEAST_EXAMPLES:
        print(f'subject: only {len(index)} pictures with a mask or on an even ground: the model draws no map', flush=True)
        return None, 0
    layer, overlap = subject.fit(network.trunk, session.data.device, session.pictures[index], coverage)
    print(f'subject: {len(index)} pictures, overlap {overlap:.3f} on those held back', flush=True)
    return layer, cells


def _report_calibration(heads, first, logits):
    """Each half of validation with temperatures of the other half: what the shipped ones are worth on new pictures."""
    half = np.arange(len(first)) % 2 == 0
    predicted, probability = np.empty(first.shape, np.int16), np.empty(first.shape, np.float32)
    for part in (half, ~half):
        temperature = evaluate.fit_temperatures(heads, first[~part], logits[~part])
        predicted[part], probability[part] = evaluate.head_predictions(heads, logits[part], temperature)
    errors = evaluate.calibration_by_vertical(heads, first, predicted, probability)
    print('calibration error, cross-fitted:', json.dumps({v: round(e, 4) for v, e in errors.items()}), flush=True)


def _some(rows, most, rng):
    return rng.choice(rows, min(most, len(rows)), replace=False)


def _refit(session, network, pooled, rows_of):
    described = [session.rows[i] for i in rows_of]
    groups = [r['dataset'] if r['dataset'] == 'generated' else r['vertical'] for r in described]
    first, second = session.data.first[torch.from_numpy(rows_of)], session.data.second[torch.from_numpy(rows_of)]
    weight, bias = refit_heads(network.heads.weight.data.cpu(), network.heads.bias.data.cpu(), torch.from_numpy(pooled), first, second,
                               groups, session.heads)
    network.heads.weight.data, network.heads.bias.data = weight, bias


def _refit_embedding(session, network, pooled, embedding, sets, cut):
    """Learns from training and gallery pictures; returns the embeddings of all."""
    at = np.concatenate([cut['train'], cut['gallery']])
    rows = np.concatenate([sets['train'], sets['gallery']])
    ids = session.data.ids
    exact, family, cross = (torch.from_numpy(a[rows]) for a in (ids.exact, ids.family, ids.cross))
    refit = EmbeddingRefit(torch.from_numpy(pooled[at]), network.trunk.channels[0], torch.from_numpy(embedding[at]),
                           session.data.vertical[rows], exact, family, cross)
    layer = network.embed
    layer.weight.data, layer.bias.data = refit.train(layer.weight.data.cpu(), layer.bias.data.cpu(), session.args.refit_steps)
    with torch.no_grad():
        after = F.normalize(torch.from_numpy(pooled) @ layer.weight.data.t() + layer.bias.data, dim=1).numpy()
    sets_of_ids = evaluate.retrieval_sets(session.rows, session.masks)
    for name, vectors in (('as trained', embedding), ('re-trained', after), ('its code', evaluate.signs(after))):
        every = np.zeros((len(session.rows), EMBEDDING), np.float32)
        for part, index in sets.items():
            every[index] = vectors[cut[part]]
        hits = {k: round(float(h.mean()), 3) for k, h in evaluate.retrieval_hits(sets_of_ids, every).items()}
        print(f'recall@1, {name}:', json.dumps(hits), flush=True)
    return after


def _route(row, names):
    """The vertical that a picture teaches the router, -1 = none. Generated sweeps show household things."""
    vertical = 'home_decor' if row['dataset'] == 'generated' else row['vertical']
    return names.index(vertical) if vertical in names else -1


def _vertical_router(pooled, target, cut, count):
    """A linear classifier of the vertical on frozen features; not one of the training losses. Target -1 = none."""
    cut = {name: part[target[part] >= 0] for name, part in cut.items()}
    x, y = torch.from_numpy(pooled), torch.from_numpy(target)
    layer = nn.Linear(pooled.shape[1], count)
    nn.init.zeros_(layer.weight)
    optimiser = torch.optim.AdamW(layer.parameters(), lr=3e-3, weight_decay=0.05)
    generator = torch.Generator().manual_seed(0)
    for _ in range(600):
        part = torch.from_numpy(cut['train'])[torch.randint(len(cut['train']), (512,), generator=generator)]
        loss = F.cross_entropy(layer(x[part]), y[part])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        dev = layer(x[cut['dev']])
        grid = np.exp(np.linspace(np.log(0.3), np.log(4), 40))
        temperature = float(min(grid, key=lambda t: float(F.cross_entropy(dev / t, y[cut['dev']]))))
        accuracy = float((layer(x[cut['val']]).argmax(1) == y[cut['val']]).float().mean())
    print(f'vertical: {accuracy:.4f} of the validation pictures', flush=True)
    return layer, temperature


def spherical_means(embedding, count, rounds=12, seed=0):
    rng = np.random.default_rng(seed)
    centres = embedding[rng.permutation(len(embedding))[:count]].copy()
    for _ in range(rounds):
        nearest = (embedding @ centres.T).argmax(1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, embedding)
        norm = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norm > 1e-6, sums / np.maximum(norm, 1e-6), centres)
    return centres.astype(np.float32)


def match_thresholds(rows, masks, vectors, precise=0.9, related=0.8):
    """Cosines from which on a nearest neighbour of a validation picture is the same product or design in 9 of 10, and in 8
    of 10 cases; every retrieval set weighs the same."""
    cosines, right, weights = [], [], []
    for queries, shelf, query_ids, shelf_ids in evaluate.retrieval_sets(rows, masks).values():
        here = np.array([i in vectors for i in shelf])
        shelf, shelf_ids = shelf[here], shelf_ids[here]
        q, s = np.stack([vectors[i] for i in queries]), np.stack([vectors[i] for i in shelf])
        best = evaluate.nearest(q, s, queries, shelf)[:, 0]
        cosines.append((q * s[best]).sum(1))
        right.append(shelf_ids[best] == query_ids)
        weights.append(np.full(len(queries), 1 / len(queries)))
    cosines, right, weights = np.concatenate(cosines), np.concatenate(right), np.concatenate(weights)
    order = np.argsort(-cosines, kind='stable')
    precision = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])

    def smallest(wanted):
        enough = np.nonzero(precision >= wanted)[0]
        return float(cosines[order][enough[-1]]) if len(enough) else 0.95

    exact = smallest(precise)
    return {'exact_cosine': round(exact, 4), 'similar_cosine': round(min(exact - 0.05, smallest(related)), 4)}


def _describe_heads(session, temperature):
    shares = H.label_shares(session.rows, session.heads, session.first)
    described = []
    for head, t in zip(session.heads, temperature):
        entry = {'name': head.name, 'vertical': head.vertical, 'kind': head.kind, 'offset': head.offset, 'values': head.values,
                 'temperature': round(float(t), 4)}
        if head.name in shares:
            entry['applies'] = {'head': 'article_type', 'share': shares[head.name]}
        described.append(entry)
    return described


def _save(shipped, path, size, metadata):
    import onnx
    names = OUTPUTS if shipped.where is not None else OUTPUTS[:-1]
    batch = {name: {0: 'batch'} for name in ('image',) + names}
    legacy = {'dynamo': False} if torch.__version__ >= '2.5' else {}
    torch.onnx.export(shipped, torch.zeros(2, 3, size, size), str(path), input_names=['image'],
                      output_names=list(names), dynamic_axes=batch, opset_version=13,
                      do_constant_folding=True, **legacy)
    model = onnx.load(str(path))
    _halve(model.graph)
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(metadata, separators=(',', ':'))
    onnx.checker.check_model(model)
    aside = path.with_suffix('.part')
    onnx.save(model, str(aside))
    aside.rename(path)


def _halve(graph, at_least=512):
    """Stores large weights as float16; a Cast, folded when the model is loaded, makes them float32 again."""
    import onnx
    from onnx import numpy_helper
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= at_least and np.abs(values).max() < 6e4:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + '.half'))
            casts.append(onnx.helper.make_node('Cast', [name + '.half'], [name], to=onnx.TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
