"""The training recipe on a tiny invented catalogue: no pictures or weights of anyone are needed."""
import csv
import io
import json
import math
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

try:
    import numpy as np
    import onnx
    import torch
    from PIL import Image
except ImportError as missing:
    print(f'skipped: {missing}; scripts/setup installs what training needs', file=sys.stderr)
    sys.exit(77)  # what CTest takes for "skipped"

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from groknet.training import augment, distil, evaluate, export, heads, identities, losses, mixture, outliers, recipe, refit, refit_embedding, subject, trunk  # noqa: E402


def head(name, values, offset=0, vertical='fashion'):
    return heads.Head(name, vertical, values, 0.5, offset)


class Recipe(unittest.TestCase):
    def test_holds_seven_datasets_and_83_losses(self):
        shipped = recipe.load()
        kinds = [loss['kind'] for loss in shipped['losses'].values()]
        self.assertEqual(len(shipped['datasets']), 7)
        self.assertEqual(len(kinds), 83)
        self.assertEqual(sum(k in ('softmax', 'multilabel') for k in kinds), 80)
        self.assertEqual(set(kinds) - {'softmax', 'multilabel'}, {'arcface', 'double_margin', 'multilabel_arcface'})
        self.assertEqual(sum(d['images_per_batch'] for d in shipped['datasets'].values()), shipped['run']['batch'])


class Losses(unittest.TestCase):
    def test_head_loss_is_the_cross_entropy_of_its_own_slice(self):
        two = [head('a', ['x', 'y']), head('b', ['p', 'q', 'r'], 2)]
        torch.manual_seed(1)
        logits = torch.randn(4, 5)
        first = torch.tensor([[0, 2], [1, -1], [-1, -1], [1, 0]])
        loss, count = losses.HeadLosses(two, smoothing=0)(logits, first, torch.full((4, 2), -1))
        wanted = torch.nn.functional.cross_entropy(logits[:, 2:], first[:, 1], ignore_index=-1)
        self.assertAlmostEqual(float(loss[1]), float(wanted), places=5)
        self.assertEqual(count.tolist(), [3, 2])

    def test_missing_labels_give_no_gradient(self):
        logits = torch.randn(3, 2, requires_grad=True)
        first = torch.tensor([[0], [-1], [1]])
        loss, _ = losses.HeadLosses([head('a', ['x', 'y'])])(logits, first, torch.full((3, 1), -1))
        loss.sum().backward()
        self.assertEqual(float(logits.grad[1].abs().sum()), 0)
        self.assertGreater(float(logits.grad[0].abs().sum()), 0)

    def test_the_gradient_of_a_head_reaches_its_own_logits(self):
        two = [head('a', ['x', 'y']), head('b', ['p', 'q', 'r'], 2)]
        logits = torch.randn(4, 5, dtype=torch.float64, requires_grad=True)
        loss = losses.HeadLosses(two)
        self.assertTrue(torch.autograd.gradcheck(lambda x: loss.log_probabilities(x).clamp(min=-100), (logits,)))

    def test_arcface_of_one_label_is_softmax_with_an_angular_margin(self):
        torch.manual_seed(2)
        arc = losses.MultiLabelArcFace(5, 8, margin=0.3, scale=10.0)
        x = torch.nn.functional.normalize(torch.randn(3, 8), dim=1)
        labels = torch.tensor([[1], [4], [0]])
        cosine = x @ torch.nn.functional.normalize(arc.centres, dim=1).t()
        logits = 10 * cosine.clone()
        for row, label in enumerate(labels[:, 0]):
            logits[row, label] = 10 * math.cos(math.acos(float(cosine[row, label])) + 0.3)
        wanted = torch.nn.functional.cross_entropy(logits, labels[:, 0])
        self.assertAlmostEqual(float(arc(x, labels)), float(wanted), places=4)

    def test_several_labels_do_not_push_each_other(self):
        arc = losses.MultiLabelArcFace(3, 2)
        arc.centres.data = torch.tensor([[1.0, 0.0], [0.95, 0.3], [-1.0, 0.0]])
        x = torch.nn.functional.normalize(torch.tensor([[1.0, 0.1]]), dim=1)
        self.assertLess(float(arc(x, torch.tensor([[0, 1]]))), float(arc(x, torch.tensor([[0, -1]]))))

    def test_centres_begin_at_the_means_of_their_classes(self):
        torch.manual_seed(3)
        arc = losses.MultiLabelArcFace(3, 2)
        x = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0]]), dim=1)
        arc.begin_at(x, torch.tensor([[0, -1], [0, 1], [2, -1], [-1, -1]]))
        wanted = torch.nn.functional.normalize(torch.tensor([[1.0, 1.0], [0.0, 1.0], [0.0, -1.0]]), dim=1)
        self.assertLess(float((arc.centres - wanted).abs().max()), 0.01)
        self.assertTrue(arc.centres.requires_grad)

    def test_pairs_within_the_margins_cost_nothing(self):
        pairs = losses.DoubleMarginPairs(3, near=0.85, far=0.35, queue=4)
        x = torch.tensor([[1.0, 0, 0], [1.0, 0, 0], [0, 1.0, 0]])
        self.assertEqual(float(pairs(x, torch.tensor([7, 7, 8]))), 0)
        self.assertGreater(float(losses.DoubleMarginPairs(3, queue=4)(x, torch.tensor([7, 8, 7]))), 0)


class MixtureTest(unittest.TestCase):
    def make(self, counts):
        rows_of = {'a': np.arange(10), 'b': np.arange(10, 17)}
        family = np.full(17, -1)
        family[:4] = [0, 0, 1, 1]
        return mixture.Mixture(counts, rows_of, family, seed=3)

    def test_each_batch_holds_the_fixed_numbers_and_pairs(self):
        for _ in range(5):
            batch = self.make({'a': 8, 'b': 3}).batch()[0]
            self.assertEqual(((batch < 10).sum(), (batch >= 10).sum()), (8, 3))
            pair = batch[:2]
            self.assertEqual(len(set(pair)), 2)
            self.assertEqual(pair[0] // 2, pair[1] // 2)

    def test_every_picture_is_seen_once_an_epoch(self):
        mix = self.make({'b': 3})
        seen = np.concatenate([mix.batch()[0] for _ in range(7)])
        self.assertTrue((np.bincount(seen - 10, minlength=7) == 3).all())

    def test_fractions_add_up_over_time_and_batches_keep_their_size(self):
        mix = self.make({'a': 2.5, 'b': 1.5})
        sizes = [((b < 10).sum(), (b >= 10).sum()) for b in (mix.batch()[0] for _ in range(20))]
        self.assertTrue(all(sum(s) == 4 for s in sizes))
        self.assertEqual(sum(s[0] for s in sizes), 50)

    def test_a_share_of_the_pictures_appears_twice_the_second_time_recoloured(self):
        mix = mixture.Mixture({'b': 6}, {'b': np.arange(10, 17)}, np.full(17, -1), seed=3, twins={'b': 0.7})
        rows, recoloured = mix.batch()
        self.assertEqual((len(rows), recoloured.sum()), (6, 2))
        self.assertEqual(sorted(rows[recoloured]), sorted(rows[~recoloured][:2]))

    def test_tasks_that_lag_become_louder_within_bounds(self):
        factor = mixture.adapted(np.array([2.0, 2.0, 2.0, np.nan]), np.array([1.9, 0.2, 0.02, np.nan]))
        self.assertGreater(factor[0], 1)
        self.assertLess(factor[1], 1)
        self.assertEqual((factor[2], factor[3]), (0.5, 1.0))


class Recolour(unittest.TestCase):
    def test_changes_chroma_and_keeps_luma_of_the_asked_pictures_alone(self):
        x = torch.rand(4, 3, 5, 5, generator=torch.Generator().manual_seed(1)) * 0.2 - 0.1
        which = torch.tensor([True, False, True, False])
        y = augment.recolour(x, which, torch.Generator().manual_seed(2))
        self.assertTrue(torch.equal(y[~which], x[~which]))
        self.assertGreater(float((y - x)[which].abs().amax((1, 2, 3)).min()), 0.02)
        luma = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        self.assertLess(float(((y - x) * luma).sum(1).abs().max()), 1e-3)


class Distillation(unittest.TestCase):
    def test_relations_alike_cost_nothing_whatever_the_basis(self):
        torch.manual_seed(3)
        vectors = torch.nn.functional.normalize(torch.randn(12, 6), dim=1)
        turned = vectors @ torch.linalg.qr(torch.randn(6, 6))[0]
        self.assertLess(abs(float(distil.relation_loss(turned, vectors))), 1e-4)
        self.assertGreater(float(distil.relation_loss(turned.flip(0), vectors)), 0.1)

    def test_the_code_is_the_signs_and_passes_the_gradient_on(self):
        x = torch.tensor([[0.6, -0.8, 0.0, 0.1]], requires_grad=True)
        code = distil.coded(x)
        self.assertEqual(code.tolist(), [[0.5, -0.5, 0.5, 0.5]])
        (code * torch.arange(4.0)).sum().backward()
        self.assertEqual(x.grad.tolist(), [[0, 1, 2, 3]])

    def test_each_dataset_learns_from_its_own_teacher(self):
        class Fixed(torch.nn.Module):
            channels = 2

            def __init__(self, probability):
                super().__init__()
                self.logits = torch.tensor([math.log(probability), math.log(1 - probability)]).repeat(2)

            def forward(self, x):
                return torch.ones(len(x), 2), torch.ones(len(x), 2), self.logits.expand(len(x), 4)

        two = [head('a', ['x', 'y'], 0, 'cars'), head('b', ['x', 'y'], 2, 'shoes')]
        teachers = {'cars': Fixed(0.9), 'shoes': Fixed(0.2)}
        terms = distil.Distillation(teachers, 2, two, {'features': 0.0, 'relations': 0.0, 'labels': 1.0}, [])(
            torch.zeros(2, 3, 4, 4), np.array(['cars', 'shoes']), torch.ones(2, 2), torch.zeros(2, 4), torch.ones(2, 2),
            losses.HeadLosses(two), torch.zeros(2, 2, dtype=torch.long))
        wanted = [p * math.log(2 * p) + (1 - p) * math.log(2 * (1 - p)) for p in (0.9, 0.2)]
        for found, expected in zip(terms['labels'].tolist(), wanted):
            self.assertAlmostEqual(found, expected, places=5)

    def test_the_plain_teacher_relates_by_detail_and_gives_the_trunks_features(self):
        with tempfile.TemporaryDirectory() as folder:
            write_trunk(pathlib.Path(folder))
            teacher = distil.PlainTeacher(trunk.Trunk(folder, 'tiny'))
        pictures = torch.randint(0, 256, (64, 16, 16, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(4))
        teacher.measure({'shoes': [pictures[:40], pictures[40:]]})
        features, detail, logits = teacher(augment.normalise(pictures))
        self.assertEqual((features.shape, detail.shape, logits), ((64, 24), (64, 8), None))
        self.assertLess(float(features.mean(0).abs().max()), 1e-4)
        related = teacher.relate(detail, 'shoes')
        self.assertTrue(torch.allclose(related.norm(dim=1), torch.ones(64), atol=1e-5))
        self.assertLess(float((related @ related.t()).fill_diagonal_(0).mean().abs()), 0.1)


class RefitEmbedding(unittest.TestCase):
    """Designs differ in the first features alone, which the embedding as trained does not look at."""

    def test_finds_the_detail_that_tells_designs_apart(self):
        torch.manual_seed(7)
        family = torch.arange(60).repeat_interleave(4)
        pooled = torch.cat([torch.randn(60, 8).repeat_interleave(4, 0) + 0.1 * torch.randn(240, 8), torch.randn(240, 8)], 1)
        weight = torch.cat([torch.zeros(256, 8), 0.02 * torch.randn(256, 8)], 1)
        none = torch.full((240,), -1)
        before = torch.nn.functional.normalize(pooled @ weight.t(), dim=1)
        known = family < 40  # the others are no family to the refit
        refit = refit_embedding.EmbeddingRefit(pooled[known], 8, before[known], np.full(160, 'fashion'), none[known], family[known],
                                               none[known][:, None])
        weight, bias = refit.train(weight, torch.zeros(256), steps=120, batch=64)
        after = torch.nn.functional.normalize(pooled @ weight.t() + bias, dim=1)
        self.assertLess(self.recall(before[~known], family[~known]), 0.3)
        self.assertGreater(self.recall(after[~known], family[~known]), 0.9)
        self.assertGreater(self.recall(torch.where(after >= 0, 1.0, -1.0)[~known], family[~known]), 0.9)

    def recall(self, vectors, family):
        best = (vectors @ vectors.t()).fill_diagonal_(-1e9).argmax(1)
        return float((family[best] == family).float().mean())


class Figures(unittest.TestCase):
    def test_macro_f1_and_gain_by_hand(self):
        first = np.array([[0], [0], [0], [1], [-1]])
        figure = evaluate.head_figures([head('a', ['x', 'y'])], first, np.array([[0], [0], [1], [1], [1]]))['a']
        self.assertEqual((figure['labels'], figure['accuracy'], figure['majority']), (4, 0.75, 0.75))
        self.assertAlmostEqual(figure['macro_f1'], (0.8 + 2 / 3) / 2)

    def test_a_query_does_not_find_itself(self):
        vectors = np.eye(3, dtype=np.float32)
        vectors[2] = [0.9, 0.1, 0]
        best = evaluate.nearest(vectors, vectors, np.arange(3), np.arange(3))[:, 0]
        self.assertEqual(best[0], 2)

    def test_calibration_error_of_an_overconfident_guess(self):
        correct, sure = np.array([1, 0, 1, 0]), np.full(4, 0.9)
        self.assertAlmostEqual(evaluate.calibration_error(correct, sure), 0.4)

    def test_temperature_cools_overconfident_logits(self):
        rng = np.random.default_rng(0)
        first = rng.integers(0, 2, (400, 1)).astype(np.int16)
        logits = np.zeros((400, 2), np.float32)
        said = np.where(rng.random(400) < 0.7, first[:, 0], 1 - first[:, 0])
        logits[np.arange(400), said] = 6  # sure of 99.8 %, right in 70 %
        t = evaluate.fit_temperatures([head('a', ['x', 'y'])], first, logits)[0]
        self.assertGreater(t, 3.5)


class AfterTraining(unittest.TestCase):
    def test_outliers_are_pictures_of_every_kind(self):
        pictures = np.random.default_rng(1).integers(0, 256, (len(outliers.KINDS), 32, 32, 3), dtype=np.uint8)
        made = outliers.make_outliers(pictures)
        self.assertEqual((made.shape, made.dtype), (pictures.shape, np.uint8))
        pixels, jigsaw = outliers.KINDS.index('pixels'), outliers.KINDS.index('jigsaw')
        for same_pixels in (pixels, jigsaw):
            self.assertFalse((made[same_pixels] == pictures[same_pixels]).all())
        self.assertEqual(sorted(made[pixels].reshape(-1)), sorted(pictures[pixels].reshape(-1)))

    def test_the_familiar_layer_tells_two_clouds_apart(self):
        rng = np.random.default_rng(2)
        products, nothing = rng.normal(1, 1, (300, 8)).astype(np.float32), rng.normal(-1, 1, (300, 8)).astype(np.float32)
        layer = outliers.familiar_layer(products, nothing)
        with torch.no_grad():
            right = ((layer(torch.from_numpy(products)) > 0).float().mean() + (layer(torch.from_numpy(nothing)) < 0).float().mean()) / 2
        self.assertGreater(float(right), 0.97)

    def test_refitted_heads_learn_what_the_trained_ones_missed(self):
        torch.manual_seed(3)
        pooled = torch.randn(400, 6)
        first = (pooled[:, :1] > 0).long()
        weight, bias = refit.refit_heads(torch.zeros(2, 6), torch.zeros(2), pooled, first, torch.full((400, 1), -1),
                                         ['fashion'] * 400, [head('a', ['x', 'y'])], steps=200, rate=0.02)
        accuracy = ((pooled @ weight.t() + bias).argmax(1) == first[:, 0]).float().mean()
        self.assertGreater(float(accuracy), 0.95)


class Identity(unittest.TestCase):
    def row(self, **columns):
        return dict({'split': 'train', 'dataset': 'stanford_cars', 'vertical': 'auto', 'instance_id': '', 'family_id': '',
                     'items': ''}, **columns)

    def test_validation_is_never_learned_and_held_out_ids_are_hidden(self):
        rows = [self.row(instance_id='car:1', family_id='f'), self.row(instance_id='car:1', family_id='f'),
                self.row(instance_id='car:2', family_id='g'), self.row(instance_id='car:2', family_id='g'),
                self.row(instance_id='car:1', family_id='f', split='val')]
        ids = identities.identify(rows, hold_out=frozenset({'car:2'}))
        self.assertEqual(ids.exact.tolist(), [0, 0, -1, -1, -1])
        self.assertEqual(ids.family.tolist(), [0, 0, -1, -1, -1])


class RefitTest(unittest.TestCase):
    def test_a_head_learns_to_be_unsure_of_what_it_does_not_know(self):
        torch.manual_seed(0)
        known = [head('home_type', ['chair', 'lamp'], vertical='home_decor')]
        pooled = torch.cat([torch.tensor([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]).repeat(100, 1), torch.tensor([[1.5, 0.0, 2.0]]).repeat(100, 1)])
        first = torch.tensor([0, 1] * 100 + [-1] * 100)[:, None]
        groups = ['home_decor'] * 200 + ['generated'] * 100
        weight = torch.tensor([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]])

        def sure(groups):
            w, b = refit.refit_heads(weight, torch.zeros(2), pooled, first, torch.full_like(first, -1), groups, known, steps=150, batch=64,
                                     rate=0.05, drop=0.0)
            p = (pooled @ w.t() + b).softmax(1)
            return float(p[:200].gather(1, first[:200]).min()), float(p[200:].max())

        right, other = sure(groups)
        self.assertGreater(right, 0.9)
        self.assertLess(other, 0.85)
        self.assertGreater(sure(['home_decor'] * 300)[1], 0.9)  # without knowing what lies outside

    def test_equal_probabilities_cost_nothing(self):
        known = [head('a', ['x', 'y', 'z']), head('b', ['p', 'q'], 3)]
        rows = torch.tensor([True, False])
        self.assertAlmostEqual(float(refit.unsure(torch.tensor([[1.0, 1, 1, 9, 0], [5.0, 0, 0, 0, 0]]), {0: rows}, known)), 0, places=6)
        self.assertGreater(float(refit.unsure(torch.tensor([[1.0, 1, 1, 9, 0], [5.0, 0, 0, 0, 0]]), {1: rows}, known)), 1)


class SubjectTest(unittest.TestCase):
    def picture(self, x, y, side=16, colour=(200, 30, 30), ground=(240, 240, 240)):
        picture = np.empty((64, 64, 3), np.uint8)
        picture[:] = ground
        picture[y:y + side, x:x + side] = colour
        return picture

    def test_the_item_is_what_an_even_ground_does_not_reach(self):
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        hollow = self.picture(20, 20, 24)
        hollow[26:38, 26:38] = 240  # looks like the ground, but the item encloses it
        keep, masks = subject.on_even_ground(np.stack([self.picture(8, 40), noise, hollow, self.picture(0, 0, 0)]))
        self.assertEqual(keep.tolist(), [True, False, True, False])
        self.assertEqual(np.argwhere(masks[0]).min(0).tolist(), [20, 4])
        self.assertEqual(int(masks[0].sum()), 64)
        self.assertEqual(int(masks[1].sum()), 144)

    def test_cells_hold_the_share_that_is_covered(self):
        mask = np.zeros((8, 8))
        mask[:4, :2] = 1
        self.assertTrue(np.allclose(subject.cell_shares(mask, 2), [[0.5, 0], [0, 0]], atol=0.01))

    def test_masks_are_read_by_what_they_mean(self):
        with tempfile.TemporaryDirectory() as folder:
            table = {'mask/a.png': np.array([[0, 19], [14, 3]], np.uint8), 'mask/b.png': np.array([[0, 255], [100, 200]], np.uint8)}
            with tarfile.open(pathlib.Path(folder) / 'p.tar.gz', 'w:gz') as tar:
                for name, values in table.items():
                    data = io.BytesIO()
                    Image.fromarray(values).save(data, 'PNG')
                    add(tar, name, data.getvalue())
            rows = [{'pack': 'p', 'mask': 'mask/a.png', 'dataset': 'ccp_mask'}, {'pack': 'p', 'mask': 'mask/b.png', 'dataset': 'generated'}]
            found = dict(subject.read_masks(folder, rows, [0, 1]))
            self.assertEqual(found[0].tolist(), [[0, 0], [1, 1]])
            self.assertEqual(found[1].tolist(), [[0, 1], [0, 1]])

    def test_the_map_is_learned_and_finds_an_item_anywhere(self):
        with tempfile.TemporaryDirectory() as folder:
            write_trunk(pathlib.Path(folder))
            torch.manual_seed(4)
            tiny = trunk.Trunk(folder, 'tiny')
        rng = np.random.default_rng(1)
        places = rng.integers(0, 48, (120, 2))
        pictures = np.stack([self.picture(x, y) for x, y in places])
        cells = subject.cells_of(tiny, torch.device('cpu'), 64)
        keep, masks = subject.on_even_ground(pictures)
        coverage = np.stack([subject.cell_shares(m, cells) for m in masks])
        _, overlap = subject.fit(tiny, torch.device('cpu'), pictures[keep], coverage, steps=200, batch=32, rate=0.05)
        self.assertGreater(overlap, 0.8)


class EndToEnd(unittest.TestCase):
    """Raw pack to ONNX: a trunk of two convolutions learns to tell red squares from blue ones, and is resumed."""

    def test_from_packs_to_a_model_file_and_on_from_a_checkpoint(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = catalogue(folder)
            write_recipe(folder / 'recipe.toml')
            first = self.train(folder, 'universal', '30')
            self.assertIn('"step": 30', first)
            again = self.train(folder, 'universal,export', '60')
            self.assertNotIn('"step": 30', again)
            self.assertIn('"step": 60', again)
            figures = json.loads((folder / 'out' / 'figures' / 'universal.json').read_text())
            self.assertGreater(figures['heads']['colour']['accuracy'], 0.9)
            self.check_model(folder / 'out' / 'groknet.onnx')

    def test_single_task_networks_teach_the_universal_one(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = catalogue(folder)
            write_recipe(folder / 'recipe.toml', distillation=True)
            log = self.train(folder, 'single,distilled,averaged', '20')
            self.assertIn('"keep_relations"', log)
            for name in ('distilled', 'averaged'):
                figures = json.loads((folder / 'out' / 'figures' / f'{name}.json').read_text())
                self.assertGreater(figures['heads']['colour']['accuracy'], 0.9)
            self.check_mean(*(torch.load(folder / 'out' / f'{name}.pt') for name in ('averaged', 'further-2', 'further-3')))

    def check_mean(self, mean, one, other):
        self.assertFalse(torch.equal(one['heads.weight'], other['heads.weight']), 'the same order of pictures twice')
        wanted = (one['heads.weight'].float() + other['heads.weight'].float()) / 2
        self.assertLess(float((mean['heads.weight'].float() - wanted).abs().max()), 1e-3)

    def train(self, folder, phases, steps):
        done = subprocess.run([sys.executable, '-m', 'groknet.training', '--packs', folder / 'packs', '--weights', folder,
                               '--out', folder / 'out', '--recipe', folder / 'recipe.toml', '--phases', phases, '--model',
                               'universal', '--steps', steps, '--refit-steps', '20', '--device', 'cpu', '--workers', '1'], cwd=ROOT,
                              capture_output=True, text=True, env=dict(os.environ, OMP_NUM_THREADS='1'))
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    def check_model(self, path):
        model = onnx.load(str(path))
        self.assertEqual([o.name for o in model.graph.output], ['embedding', 'logits', 'vertical', 'familiarity', 'subject'])
        metadata = json.loads({p.key: p.value for p in model.metadata_props}[export.METADATA_KEY])
        self.assertEqual(metadata['subject'], {'cells': 16})
        self.assertEqual([h['name'] for h in metadata['heads']], ['colour'])
        self.assertEqual(sorted(metadata['heads'][0]['values']), ['blue', 'red'])


def catalogue(folder):
    folder = pathlib.Path(folder)
    (folder / 'packs').mkdir()
    write_pack(folder / 'packs' / 'g1_tiny.tar.gz')
    write_trunk(folder)
    return folder


def write_pack(path):
    columns = ['path', 'mask', 'split', 'vertical', 'dataset', 'instance_id', 'family_id', 'licence', 'width', 'height', 'colour']
    table, rng = io.StringIO(), np.random.default_rng(5)
    writer = csv.DictWriter(table, columns, restval='')
    writer.writeheader()
    with tarfile.open(path, 'w:gz') as tar:
        for n in range(400):
            colour = ('red', 'blue')[n % 2]
            pixels = rng.integers(0, 90, (32, 32, 3), dtype=np.uint8)
            pixels[..., 0 if colour == 'red' else 2] += 120
            pixels[[*range(5), *range(27, 32)]], pixels[:, [*range(5), *range(27, 32)]] = 10, 10  # an even ground
            data = io.BytesIO()
            Image.fromarray(pixels).save(data, 'PNG')
            add(tar, f'img/{n}.png', data.getvalue())
            writer.writerow({'path': f'img/{n}.png', 'split': 'val' if n >= 320 else 'train', 'vertical': 'fashion',
                             'dataset': 'myntra', 'instance_id': f'm{n}', 'family_id': f'f{n // 4}', 'width': 32, 'height': 32,
                             'licence': 'none', 'colour': colour})
        add(tar, 'labels.csv', table.getvalue().encode())


def add(tar, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def write_trunk(folder):
    rng = np.random.default_rng(6)
    ops, data = [{'op': 'QUANTIZE', 'inputs': [0], 'outputs': [1]}], b''
    for k, (out, channels) in enumerate(((8, 3), (16, 8))):
        weight = (rng.standard_normal((out, 3, 3, channels)) * 0.3).astype(np.float16)
        ops.append({'op': 'CONV', 'inputs': [k + 1, 0, 0], 'outputs': [k + 2], 'sh': 2, 'act': 1,
                    'w': {'shape': list(weight.shape), 'dtype': 'float16', 'offset': len(data)},
                    'b': {'shape': [out], 'dtype': 'float32', 'offset': len(data) + weight.nbytes}})
        data += weight.tobytes() + np.zeros(out, np.float32).tobytes()
    ops.append({'op': 'MEAN', 'inputs': [3], 'outputs': [4]})
    (folder / 'tiny_f16.json').write_text(json.dumps({'ops': ops}))
    (folder / 'tiny_f16.bin').write_bytes(data)


DISTILLATION = '''[distillation.plain]
weights = {features = 1.0, relations = 1.0}
relations = ["fashion"]
[distillation.specialists]
weights = {features = 1.0, relations = 1.0, labels = 1.0}
relations = ["fashion"]
'''


def write_recipe(path, distillation=False):
    path.write_text('[run]\ntrunk = "tiny"\ninput_size = 32\ntrain_size = 32\nbatch = 32\nsteps = 60\nlearning_rate = 0.01\n'
                    'weight_decay = 0.01\nseed = 1\nfurther = 2\nfurther_steps = 20\nfurther_rate = 0.6\ncode_share = 0.3\n[datasets]\nfashion = {images_per_batch = 32, twins = 0.5}\n' +
                    DISTILLATION * distillation + '[losses]\n'
                    'colour = {dataset = "fashion", kind = "softmax", weight = 1.0}\n'
                    'exact_product = {dataset = "all", kind = "arcface", weight = 1.0}\n'
                    'same_design = {dataset = "all", kind = "double_margin", weight = 1.0}\n'
                    'natural_to_catalogue = {dataset = "all", kind = "multilabel_arcface", weight = 1.0}\n')


if __name__ == '__main__':
    unittest.main()
