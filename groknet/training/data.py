"""Everything that a training learns from, as arrays by row."""
import numpy as np
import torch


class TrainingData:
    """Pictures, labels, ids and splits of all rows. On a GPU the pictures lie in its memory."""

    def __init__(self, rows, pictures, heads, first, second, ids, masks, device):
        """pictures: uint8 [rows, S, S, 3]; first, second: see heads.label_arrays; ids: identities.Identities;
        masks: see packs.split_masks."""
        self.rows, self.heads, self.ids, self.masks, self.device = rows, heads, ids, masks, device
        self.first = torch.from_numpy(first.astype(np.int64))
        self.second = torch.from_numpy(second.astype(np.int64))
        self.pictures = pictures
        if device.type == 'cuda':
            self.pictures = torch.from_numpy(np.asarray(pictures)).to(device)
        self.vertical = np.array([row['vertical'] for row in rows])

    def take(self, index):
        """The pictures of the rows `index`. A memory map is read in ascending order, which a disk does
        faster."""
        if isinstance(self.pictures, torch.Tensor):
            return self.pictures[torch.from_numpy(index).to(self.device)]
        rank = np.argsort(np.argsort(index))
        return torch.from_numpy(np.ascontiguousarray(self.pictures[np.sort(index)][rank]))


def sample(rows, count, rng):
    """At most `count` of `rows`, without repetition."""
    return rng.choice(rows, min(count, len(rows)), replace=False)
