"""The statistics of the type guard, on made-up numbers with results computed by hand."""
import unittest

import tiny_catalogue  # noqa: F401: before all that it may find missing

import numpy as np

from groknet.training import type_statistics


class Fit(unittest.TestCase):
    def setUp(self):
        """Two types, far apart along the first of three numbers."""
        rng = np.random.default_rng(3)
        self.at = np.arange(4000) % 2
        self.x = rng.normal(0, (1, 2, 0.5), (4000, 3)) + np.outer(self.at, (10, 0, 0))
        self.labels = {'article_type': (self.at, 2)}
        self.statistics = type_statistics.fit(self.x, self.labels)

    def test_within_a_type_each_axis_has_variance_one(self):
        y = (self.x - self.statistics['center']) @ self.statistics['axes'].T
        for i in (0, 1):
            np.testing.assert_allclose(y[self.at == i].var(0), 1, atol=0.1)

    def test_the_first_axis_is_the_one_that_tells_the_types_apart(self):
        # Means at -5 and 5 with variance 1: 26 in all; the other axes do not differ.
        np.testing.assert_allclose(self.statistics['variance'], (26, 1, 1), rtol=0.1)
        np.testing.assert_allclose(np.abs(self.statistics['means']['article_type'][:, 0]), 5, rtol=0.05)

    def test_a_picture_of_a_type_is_nearer_to_it_than_to_the_other(self):
        values = {'article_type': ['a', 'b']}
        named = [('article_type', 'a'), ('article_type', 'b'), None]
        pictures = np.zeros((3, 3))  # where the first type is
        own, other, none = type_statistics.relative_distances(self.statistics, values, pictures, named)
        self.assertLess(own, other / 10)
        self.assertTrue(np.isnan(none))


class Limits(unittest.TestCase):
    def test_keep_the_share_of_right_types_of_each_head(self):
        head = np.array(['home_type'] * 100 + ['body_type'] * 4)
        distance = np.concatenate([np.arange(1, 101), (7, 8, 9, 500)]).astype(float)
        right = np.ones(104)
        right[103] = 0
        limits = type_statistics.fit_limits(head, distance, right)
        self.assertEqual(limits['home_type'], 96)  # of 100 the one of rank 0.95 * 101, rounded up
        self.assertEqual(limits['body_type'], 9)  # three: all that are right
        self.assertEqual(limits['make'], 9)  # none of its own: those of its vertical
        self.assertNotIn('article_type', limits)

    def test_labels_of_peoples_photos_stand_for_articles(self):
        self.assertEqual(type_statistics.is_right({'wild_category': 'Polo'}, ('article_type', 'Tshirts')), 1)
        self.assertEqual(type_statistics.is_right({'wild_category': 'Polo'}, ('article_type', 'Shorts')), 0)
        self.assertTrue(np.isnan(type_statistics.is_right({}, ('article_type', 'Shorts'))))


if __name__ == '__main__':
    unittest.main()
