"""What is fitted after training, on frozen features: heads, projection, product classifier, subject map."""
import io
import pathlib
import tarfile
import tempfile
import unittest

from tiny_catalogue import add, head, write_trunk  # before all that it may find missing

import numpy as np
import torch
from PIL import Image

from groknet.training import outliers, refit, refit_embedding, subject, trunk


class RefitEmbedding(unittest.TestCase):
    """Designs differ in the first features alone, which the embedding as trained ignores."""

    def test_finds_the_detail_that_distinguishes_designs(self):
        torch.manual_seed(7)
        family = torch.arange(60).repeat_interleave(4)
        detail = torch.randn(60, 8).repeat_interleave(4, 0) + 0.1 * torch.randn(240, 8)
        pooled = torch.cat([detail, torch.randn(240, 8)], 1)
        weight = torch.cat([torch.zeros(256, 8), 0.02 * torch.randn(256, 8)], 1)
        none = torch.full((240,), -1)
        before = torch.nn.functional.normalize(pooled @ weight.t(), dim=1)
        known = family < 40  # the others are no family to the refit
        refit = refit_embedding.EmbeddingRefit(pooled[known], 8, before[known], np.full(160, 'fashion'),
                                               none[known], family[known], none[known][:, None])
        weight, bias = refit.train(weight, torch.zeros(256), steps=120, batch=64)
        after = torch.nn.functional.normalize(pooled @ weight.t() + bias, dim=1)
        self.assertLess(self.recall(before[~known], family[~known]), 0.3)
        self.assertGreater(self.recall(after[~known], family[~known]), 0.9)
        self.assertGreater(self.recall(torch.where(after >= 0, 1.0, -1.0)[~known], family[~known]), 0.9)

    def recall(self, vectors, family):
        best = (vectors @ vectors.t()).fill_diagonal_(-1e9).argmax(1)
        return float((family[best] == family).float().mean())


class AfterTraining(unittest.TestCase):
    def test_outliers_are_pictures_of_every_kind(self):
        pictures = np.random.default_rng(1).integers(0, 256, (len(outliers.KINDS), 32, 32, 3), dtype=np.uint8)
        made = outliers.make_outliers(pictures)
        self.assertEqual((made.shape, made.dtype), (pictures.shape, np.uint8))
        pixels, jigsaw = outliers.KINDS.index('pixels'), outliers.KINDS.index('jigsaw')
        for same_pixels in (pixels, jigsaw):
            self.assertFalse((made[same_pixels] == pictures[same_pixels]).all())
        self.assertEqual(sorted(made[pixels].reshape(-1)), sorted(pictures[pixels].reshape(-1)))

    def test_the_product_classifier_separates_two_clouds(self):
        rng = np.random.default_rng(2)
        products, nothing = (rng.normal(mean, 1, (300, 8)).astype(np.float32) for mean in (1, -1))
        layer = outliers.fit_product_classifier(products, nothing)
        with torch.no_grad():
            right_products = (layer(torch.from_numpy(products)) > 0).float().mean()
            right_outliers = (layer(torch.from_numpy(nothing)) < 0).float().mean()
        self.assertGreater(float(right_products + right_outliers) / 2, 0.97)

    def test_refitted_heads_learn_what_the_trained_ones_missed(self):
        torch.manual_seed(3)
        pooled = torch.randn(400, 6)
        first = (pooled[:, :1] > 0).long()
        second = torch.full((400, 1), -1)
        weight, bias = refit.refit_heads(torch.zeros(2, 6), torch.zeros(2), pooled, first, second,
                                         ['fashion'] * 400, [head('a', ['x', 'y'])], steps=200,
                                         learning_rate=0.02)
        accuracy = ((pooled @ weight.t() + bias).argmax(1) == first[:, 0]).float().mean()
        self.assertGreater(float(accuracy), 0.95)


class RefitTest(unittest.TestCase):
    def test_a_head_learns_to_be_uncertain_of_what_it_does_not_know(self):
        torch.manual_seed(0)
        known = [head('home_type', ['chair', 'lamp'], vertical='home_decor')]
        pooled = torch.cat([torch.tensor([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]).repeat(100, 1),
                            torch.tensor([[1.5, 0.0, 2.0]]).repeat(100, 1)])
        first = torch.tensor([0, 1] * 100 + [-1] * 100)[:, None]
        groups = ['home_decor'] * 200 + ['generated'] * 100
        weight = torch.tensor([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]])

        def probabilities(groups):
            second = torch.full_like(first, -1)
            w, b = refit.refit_heads(weight, torch.zeros(2), pooled, first, second, groups, known, steps=150,
                                     batch=64, learning_rate=0.05, dropout=0.0)
            p = (pooled @ w.t() + b).softmax(1)
            return float(p[:200].gather(1, first[:200]).min()), float(p[200:].max())

        right, other = probabilities(groups)
        self.assertGreater(right, 0.9)
        self.assertLess(other, 0.85)
        self.assertGreater(probabilities(['home_decor'] * 300)[1], 0.9)  # without outlier exposure

    def test_equal_probabilities_cost_nothing(self):
        known = [head('a', ['x', 'y', 'z']), head('b', ['p', 'q'], 3)]
        rows = torch.tensor([True, False])
        logits = torch.tensor([[1.0, 1, 1, 9, 0], [5.0, 0, 0, 0, 0]])
        self.assertAlmostEqual(float(refit.uniformity_loss(logits, {0: rows}, known)), 0, places=6)
        self.assertGreater(float(refit.uniformity_loss(logits, {1: rows}, known)), 1)


class SubjectTest(unittest.TestCase):
    def picture(self, x, y, side=16, color=(200, 30, 30), background=(240, 240, 240)):
        picture = np.empty((64, 64, 3), np.uint8)
        picture[:] = background
        picture[y:y + side, x:x + side] = color
        return picture

    def test_the_item_is_what_a_uniform_background_does_not_reach(self):
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        hollow = self.picture(20, 20, 24)
        hollow[26:38, 26:38] = 240  # looks like the background, but the item encloses it
        pictures = np.stack([self.picture(8, 40), noise, hollow, self.picture(0, 0, 0)])
        keep, masks = subject.segment_uniform_background(pictures)
        self.assertEqual(keep.tolist(), [True, False, True, False])
        self.assertEqual(np.argwhere(masks[0]).min(0).tolist(), [20, 4])
        self.assertEqual(int(masks[0].sum()), 64)
        self.assertEqual(int(masks[1].sum()), 144)

    def test_cells_hold_the_share_that_is_covered(self):
        mask = np.zeros((8, 8))
        mask[:4, :2] = 1
        self.assertTrue(np.allclose(subject.cell_coverage(mask, 2), [[0.5, 0], [0, 0]], atol=0.01))

    def test_masks_are_read_by_what_they_mean(self):
        with tempfile.TemporaryDirectory() as folder:
            table = {'mask/a.png': np.array([[0, 19], [14, 3]], np.uint8),
                     'mask/b.png': np.array([[0, 255], [100, 200]], np.uint8)}
            with tarfile.open(pathlib.Path(folder) / 'p.tar.gz', 'w:gz') as tar:
                for name, values in table.items():
                    data = io.BytesIO()
                    Image.fromarray(values).save(data, 'PNG')
                    add(tar, name, data.getvalue())
            rows = [{'pack': 'p', 'mask': 'mask/a.png', 'dataset': 'ccp_mask'},
                    {'pack': 'p', 'mask': 'mask/b.png', 'dataset': 'generated'}]
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
        cells = subject.cells_along_side(tiny, torch.device('cpu'), 64)
        keep, masks = subject.segment_uniform_background(pictures)
        coverage = np.stack([subject.cell_coverage(m, cells) for m in masks])
        _, iou = subject.fit(tiny, torch.device('cpu'), pictures[keep], coverage, steps=200, batch=32,
                             learning_rate=0.05)
        self.assertGreater(iou, 0.8)


if __name__ == '__main__':
    unittest.main()
