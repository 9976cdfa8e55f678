"""The training recipe on a tiny invented catalogue: no pictures or weights of anyone are needed."""
import math
import pathlib
import tempfile
import unittest

from tiny_catalogue import head, write_trunk  # before all that it may find missing

import numpy as np
import torch

from groknet.training import augment, distillation, evaluate, identities, losses, mixture, recipe, trunk


class Recipe(unittest.TestCase):
    def test_holds_seven_datasets_and_83_losses(self):
        shipped = recipe.load()
        kinds = [loss['kind'] for loss in shipped['losses'].values()]
        self.assertEqual(len(shipped['datasets']), 7)
        self.assertEqual(len(kinds), 83)
        self.assertEqual(sum(k in ('softmax', 'multilabel') for k in kinds), 80)
        self.assertEqual(set(kinds) - {'softmax', 'multilabel'},
                         {'arcface', 'double_margin', 'multilabel_arcface'})
        self.assertEqual(sum(d['images_per_batch'] for d in shipped['datasets'].values()),
                         shipped['run']['batch'])


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

        def clamped(x):
            return loss.log_probabilities(x).clamp(min=-100)

        self.assertTrue(torch.autograd.gradcheck(clamped, (logits,)))

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

    def test_centers_start_at_the_means_of_their_classes(self):
        torch.manual_seed(3)
        arc = losses.MultiLabelArcFace(3, 2)
        x = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0]])
        x = torch.nn.functional.normalize(x, dim=1)
        arc.initialize_centers(x, torch.tensor([[0, -1], [0, 1], [2, -1], [-1, -1]]))
        wanted = torch.nn.functional.normalize(torch.tensor([[1.0, 1.0], [0.0, 1.0], [0.0, -1.0]]), dim=1)
        self.assertLess(float((arc.centres - wanted).abs().max()), 0.01)
        self.assertTrue(arc.centres.requires_grad)

    def test_pairs_within_the_margins_cost_nothing(self):
        pairs = losses.DoubleMarginLoss(3, positive_margin=0.85, negative_margin=0.35, memory=4)
        x = torch.tensor([[1.0, 0, 0], [1.0, 0, 0], [0, 1.0, 0]])
        self.assertEqual(float(pairs(x, torch.tensor([7, 7, 8]))), 0)
        self.assertGreater(float(losses.DoubleMarginLoss(3, memory=4)(x, torch.tensor([7, 8, 7]))), 0)


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

    def test_a_share_of_the_pictures_appears_twice_the_second_time_recolored(self):
        mix = mixture.Mixture({'b': 6}, {'b': np.arange(10, 17)}, np.full(17, -1), seed=3,
                              recolored_share={'b': 0.7})
        rows, recolored = mix.batch()
        self.assertEqual((len(rows), recolored.sum()), (6, 2))
        self.assertEqual(sorted(rows[recolored]), sorted(rows[~recolored][:2]))

    def test_tasks_that_lag_get_larger_weights_within_bounds(self):
        factor = mixture.task_weight_factors(np.array([2.0, 2.0, 2.0, np.nan]),
                                             np.array([1.9, 0.2, 0.02, np.nan]))
        self.assertGreater(factor[0], 1)
        self.assertLess(factor[1], 1)
        self.assertEqual((factor[2], factor[3]), (0.5, 1.0))


class Recolor(unittest.TestCase):
    def test_changes_chroma_and_keeps_luma_of_the_asked_pictures_alone(self):
        x = torch.rand(4, 3, 5, 5, generator=torch.Generator().manual_seed(1)) * 0.2 - 0.1
        which = torch.tensor([True, False, True, False])
        y = augment.recolor(x, which, torch.Generator().manual_seed(2))
        self.assertTrue(torch.equal(y[~which], x[~which]))
        self.assertGreater(float((y - x)[which].abs().amax((1, 2, 3)).min()), 0.02)
        luma = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        self.assertLess(float(((y - x) * luma).sum(1).abs().max()), 1e-3)


class Distillation(unittest.TestCase):
    def test_relations_alike_cost_nothing_whatever_the_basis(self):
        torch.manual_seed(3)
        vectors = torch.nn.functional.normalize(torch.randn(12, 6), dim=1)
        turned = vectors @ torch.linalg.qr(torch.randn(6, 6))[0]
        self.assertLess(abs(float(distillation.relation_loss(turned, vectors))), 1e-4)
        self.assertGreater(float(distillation.relation_loss(turned.flip(0), vectors)), 0.1)

    def test_the_code_is_the_signs_and_passes_the_gradient_on(self):
        x = torch.tensor([[0.6, -0.8, 0.0, 0.1]], requires_grad=True)
        code = distillation.binarize(x)
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
        weights = {'features': 0.0, 'relations': 0.0, 'labels': 1.0}
        terms = distillation.Distillation(teachers, 2, two, weights, relations=[])(
            torch.zeros(2, 3, 4, 4), np.array(['cars', 'shoes']), torch.ones(2, 2), torch.zeros(2, 4),
            torch.ones(2, 2), losses.HeadLosses(two), torch.zeros(2, 2, dtype=torch.long))
        wanted = [p * math.log(2 * p) + (1 - p) * math.log(2 * (1 - p)) for p in (0.9, 0.2)]
        for found, expected in zip(terms['labels'].tolist(), wanted):
            self.assertAlmostEqual(found, expected, places=5)

    def test_the_pretrained_teacher_relates_by_detail_and_gives_the_trunks_features(self):
        with tempfile.TemporaryDirectory() as folder:
            write_trunk(pathlib.Path(folder))
            teacher = distillation.PretrainedTeacher(trunk.Trunk(folder, 'tiny'))
        generator = torch.Generator().manual_seed(4)
        pictures = torch.randint(0, 256, (64, 16, 16, 3), dtype=torch.uint8, generator=generator)
        teacher.fit({'shoes': [pictures[:40], pictures[40:]]})
        features, detail, logits = teacher(augment.normalize(pictures))
        self.assertEqual((features.shape, detail.shape, logits), ((64, 24), (64, 8), None))
        self.assertLess(float(features.mean(0).abs().max()), 1e-4)
        related = teacher.relation_vectors(detail, 'shoes')
        self.assertTrue(torch.allclose(related.norm(dim=1), torch.ones(64), atol=1e-5))
        self.assertLess(float((related @ related.t()).fill_diagonal_(0).mean().abs()), 0.1)


class Metrics(unittest.TestCase):
    def test_macro_f1_and_gain_by_hand(self):
        first = np.array([[0], [0], [0], [1], [-1]])
        predicted = np.array([[0], [0], [1], [1], [1]])
        metrics = evaluate.head_metrics([head('a', ['x', 'y'])], first, predicted)['a']
        self.assertEqual((metrics['labels'], metrics['accuracy'], metrics['majority']), (4, 0.75, 0.75))
        self.assertAlmostEqual(metrics['macro_f1'], (0.8 + 2 / 3) / 2)

    def test_a_query_does_not_find_itself(self):
        vectors = np.eye(3, dtype=np.float32)
        vectors[2] = [0.9, 0.1, 0]
        best = evaluate.nearest(vectors, vectors, np.arange(3), np.arange(3))[:, 0]
        self.assertEqual(best[0], 2)

    def test_calibration_error_of_an_overconfident_guess(self):
        correct, probability = np.array([1, 0, 1, 0]), np.full(4, 0.9)
        self.assertAlmostEqual(evaluate.calibration_error(correct, probability), 0.4)

    def test_temperature_cools_overconfident_logits(self):
        rng = np.random.default_rng(0)
        first = rng.integers(0, 2, (400, 1)).astype(np.int16)
        logits = np.zeros((400, 2), np.float32)
        predicted = np.where(rng.random(400) < 0.7, first[:, 0], 1 - first[:, 0])
        logits[np.arange(400), predicted] = 6  # a probability of 99.8 %, right in 70 %
        t = evaluate.fit_temperatures([head('a', ['x', 'y'])], first, logits)[0]
        self.assertGreater(t, 3.5)


class Identity(unittest.TestCase):
    def row(self, **columns):
        return dict({'split': 'train', 'dataset': 'stanford_cars', 'vertical': 'auto', 'instance_id': '',
                     'family_id': '', 'items': ''}, **columns)

    def test_validation_is_never_learned_and_held_out_ids_are_hidden(self):
        rows = [self.row(instance_id='car:1', family_id='f'), self.row(instance_id='car:1', family_id='f'),
                self.row(instance_id='car:2', family_id='g'), self.row(instance_id='car:2', family_id='g'),
                self.row(instance_id='car:1', family_id='f', split='val')]
        ids = identities.identify(rows, hold_out=frozenset({'car:2'}))
        self.assertEqual(ids.exact.tolist(), [0, 0, -1, -1, -1])
        self.assertEqual(ids.family.tolist(), [0, 0, -1, -1, -1])


if __name__ == '__main__':
    unittest.main()
