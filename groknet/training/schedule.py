"""How the learning rate follows the progress of a training."""
import math
import time

WARMUP = 0.05  # share of the schedule
MIN_FACTOR = 0.01  # of the learning rate, at the end


class Schedule:
    """Linear warm-up, then cosine decay, over `steps` or over `seconds`, whichever ends first."""

    def __init__(self, steps, seconds=None):
        self.steps, self.seconds = steps, seconds
        self.start()

    def start(self):
        self.started = time.time()

    def elapsed(self):
        return time.time() - self.started

    def progress(self, step):
        """0 at the start, 1 at the end."""
        time_share = self.elapsed() / self.seconds if self.seconds else 0
        return min(1.0, max(step / self.steps, time_share))

    def factor(self, step):
        """What the learning rate is multiplied by."""
        progress = self.progress(step)
        if progress < WARMUP:
            return max(progress, 1 / self.steps) / WARMUP
        decay = 0.5 * (1 + math.cos(math.pi * (progress - WARMUP) / (1 - WARMUP)))
        return decay * (1 - MIN_FACTOR) + MIN_FACTOR
