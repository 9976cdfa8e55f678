"""Which pictures a batch holds, and how the mixture adapts to tasks that lag behind."""
import numpy as np


class Mixture:
    """Draws batches with a fixed number of pictures of each dataset, each dataset in its own shuffled order.

    Half of the places of a dataset that knows families hold pairs of one family, so that the embedding losses
    find positives. Of the other half, `recolored_share` goes to pictures that appear twice, the second time
    to be shown in other colors.
    """

    def __init__(self, counts, rows_of, family, seed, recolored_share=None):
        """counts: {dataset: pictures in a batch}; rows_of: {dataset: row numbers}; family: int64 [rows],
        -1 = none; recolored_share: {dataset: share}."""
        self.rng = np.random.default_rng(seed)
        self.counts = {d: float(n) for d, n in counts.items() if len(rows_of[d])}
        self.rows_of, self.family, self.recolored_share = rows_of, family, recolored_share or {}
        self.order = {d: np.empty(0, np.int64) for d in self.counts}
        self.remainder = dict.fromkeys(self.counts, 0.0)
        self.positives = {d: positive_groups(family, rows_of[d]) for d in self.counts}

    def batch(self):
        """(rows, recolored): int64 and bool [N]; the pictures of a dataset are side by side."""
        rows, recolored = [], []
        for dataset, count in self._whole_counts().items():
            positives = self.positives[dataset]
            pairs = count // 4 if positives else 0
            for k in self.rng.integers(0, max(1, len(positives)), pairs):
                rows += list(self.rng.choice(positives[k], 2, replace=False))
            others = count - 2 * pairs
            doubled = int(others * self.recolored_share.get(dataset, 0)) // 2
            singles = list(self._draw(dataset, others - doubled))
            rows += singles + singles[:doubled]
            recolored += [False] * (count - doubled) + [True] * doubled
        return np.array(rows, np.int64), np.array(recolored, bool)

    def _whole_counts(self):
        """Whole numbers that follow the counts over time; their sum is the same for every batch."""
        for dataset, count in self.counts.items():
            self.remainder[dataset] += count
        whole = {d: max(0, int(r)) for d, r in self.remainder.items()}
        missing = round(sum(self.counts.values())) - sum(whole.values())
        by_remainder = sorted(whole, key=lambda d: whole[d] - self.remainder[d])
        for k in range(abs(missing)):
            if missing > 0:
                whole[by_remainder[k % len(by_remainder)]] += 1
            else:
                whole[by_remainder[-1 - k % len(by_remainder)]] -= 1
        for dataset, count in whole.items():
            self.remainder[dataset] -= count
        return whole

    def _draw(self, dataset, count):
        """The next `count` rows of the dataset's order; a new order begins when one is used up."""
        parts = []
        while count > 0:
            if not len(self.order[dataset]):
                self.order[dataset] = self.rng.permutation(self.rows_of[dataset])
            drawn, self.order[dataset] = self.order[dataset][:count], self.order[dataset][count:]
            parts.append(drawn)
            count -= len(drawn)
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def positive_groups(family, rows):
    """Lists of the rows that share a family, two or more each; family: int64 by row, -1 = none."""
    groups = {}
    for row in rows:
        if family[row] >= 0:
            groups.setdefault(int(family[row]), []).append(int(row))
    return [g for g in groups.values() if len(g) > 1]


def task_weight_factors(first_losses, losses, alpha=0.5, low=0.5, high=2.0):
    """Factors that raise the weight of tasks that lag behind.

    The factor is the relative inverse training rate (GradNorm, Chen et al., ICML 2018), here of held-out
    losses: (loss / first loss) over its mean, to the power alpha, bounded by `low` and `high`. NaN = unknown
    -> 1.
    """
    rate = losses / np.maximum(first_losses, 1e-6)
    known = np.isfinite(rate)
    factor = np.ones_like(rate)
    if known.any():
        factor[known] = (rate[known] / rate[known].mean()) ** alpha
    return np.clip(factor, low, high)
