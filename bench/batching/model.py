"""The model that every server runs. A batch takes 4 ms, and 0.2 ms for each of its rows, all of it in numpy and on one
thread. Run as a program, prints how many matrix products take these times on this machine.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import time

import numpy

SIZE = 64
WEIGHTS = numpy.random.default_rng(1).normal(0, 1.5 / SIZE**0.5, (SIZE, SIZE)).astype(numpy.float32)
BATCH_SECONDS = 4e-3
ROW_SECONDS = 0.2e-3


class Model:
    def __init__(self, per_batch, per_row):
        """Takes the number of products for each batch, and for each row."""
        self.per_batch = per_batch
        self.per_row = per_row

    def run(self, inputs):
        """Scores each input's `values`. The answers say how many inputs were in the batch."""
        rows = [numpy.asarray(one["values"], numpy.float32) for one in inputs]
        hidden = products(WEIGHTS, self.per_batch)
        scores = [float(products(hidden + row[:SIZE], self.per_row)[0, 0]) for row in rows]
        return [{"score": score, "batch": len(inputs)} for score in scores]


def products(hidden, count):
    for _ in range(count):
        hidden = numpy.tanh(hidden @ WEIGHTS)
    return hidden


def product_seconds():
    """Returns the median of many short measurements."""
    took = []
    for _ in range(1000):
        started = time.perf_counter()
        products(WEIGHTS, 100)
        took.append((time.perf_counter() - started) / 100)
    return sorted(took)[len(took) // 2]


if __name__ == "__main__":
    seconds = product_seconds()
    print(f"Model({round(BATCH_SECONDS / seconds)}, {round(ROW_SECONDS / seconds)})")
