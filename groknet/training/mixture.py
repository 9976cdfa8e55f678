"""Which pictures a batch holds, and how the mixture adapts to tasks that lag."""
import numpy as np


class Mixture:
    """Each batch holds a fixed number of pictures of each dataset; every dataset is gone through in its own shuffled
    order. Half of a dataset's places that know families are filled with pairs of one family; of the other half, `twins`
    is the share taken by pictures that appear twice, the second time to be shown in another colour."""

    def __init__(self, counts, rows_of, family, seed, twins=None):
        """counts: {dataset: pictures a batch}; rows_of: {dataset: row numbers}; family: int64 [rows], -1 = none;
        twins: {dataset: share}."""
        self.rng = np.random.default_rng(seed)
        self.counts = {d: float(n) for d, n in counts.items() if len(rows_of[d])}
        self.rows_of, self.family, self.twins = rows_of, family, twins or {}
        self.order = {d: np.empty(0, np.int64) for d in self.counts}
        self.carry = dict.fromkeys(self.counts, 0.0)
        self.mates = {d: mates_of(family, rows_of[d]) for d in self.counts}

    def batch(self):
        """(rows, recoloured): int64 and bool [N]; the pictures of a dataset are side by side."""
        rows, recoloured = [], []
        for dataset, whole in self._places().items():
            pairs = whole // 4 if self.mates[dataset] else 0
            for k in self.rng.integers(0, max(1, len(self.mates[dataset])), pairs):
                rows += list(self.rng.choice(self.mates[dataset][k], 2, replace=False))
            others = whole - 2 * pairs
            doubled = int(others * self.twins.get(dataset, 0)) // 2
            alone = list(self._next(dataset, others - doubled))
            rows += alone + alone[:doubled]
            recoloured += [False] * (whole - doubled) + [True] * doubled
        return np.array(rows, np.int64), np.array(recoloured, bool)

    def _places(self):
        """Whole numbers that follow the counts over time; their sum is the same for every batch."""
        for dataset, count in self.counts.items():
            self.carry[dataset] += count
        places = {d: max(0, int(c)) for d, c in self.carry.items()}
        short = round(sum(self.counts.values())) - sum(places.values())
        by_rest = sorted(places, key=lambda d: places[d] - self.carry[d])
        for k in range(abs(short)):
            places[by_rest[k % len(by_rest)] if short > 0 else by_rest[-1 - k % len(by_rest)]] += 1 if short > 0 else -1
        for dataset, whole in places.items():
            self.carry[dataset] -= whole
        return places

    def _next(self, dataset, count):
        parts = []
        while count > 0:
            if not len(self.order[dataset]):
                self.order[dataset] = self.rng.permutation(self.rows_of[dataset])
            taken, self.order[dataset] = self.order[dataset][:count], self.order[dataset][count:]
            parts.append(taken)
            count -= len(taken)
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def mates_of(family, rows):
    """Lists of the rows that share a family, two or more each; family: int64 by row, -1 = none."""
    mates = {}
    for row in rows:
        if family[row] >= 0:
            mates.setdefault(int(family[row]), []).append(int(row))
    return [m for m in mates.values() if len(m) > 1]


def adapted(first_losses, losses, alpha=0.5, low=0.5, high=2.0):
    """How much louder each task should be: its relative inverse training rate (GradNorm, Chen et al., ICML 2018),
    here of held-out losses: (loss / first loss) over its mean, to the power alpha, bounded. NaN = unknown -> 1."""
    rate = losses / np.maximum(first_losses, 1e-6)
    known = np.isfinite(rate)
    factor = np.ones_like(rate)
    if known.any():
        factor[known] = (rate[known] / rate[known].mean()) ** alpha
    return np.clip(factor, low, high)
