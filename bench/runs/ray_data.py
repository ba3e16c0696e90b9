"""Runs a file of rows through a plugin's steps with Ray Data: ray_data.py PLUGIN INPUT OUTPUT WORKERS. Prints the
seconds it took, excluding Ray's startup.
"""

import sys
import time

import ray
from plain import BATCH_SIZE, steps_of


class Work:
    def __init__(self, folder):
        self._steps = steps_of(folder)

    def __call__(self, frame):
        for step in self._steps:
            frame = step(frame)
        return frame


def main(folder, source, target, workers):
    # Each actor holds a CPU, and reading and writing need some too.
    ray.init(num_cpus=2 * int(workers), log_to_driver=False, include_dashboard=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    started = time.perf_counter()
    rows = ray.data.read_json(source, lines=True, override_num_blocks=8 * int(workers))
    options = {"batch_format": "pandas", "batch_size": BATCH_SIZE, "concurrency": int(workers)}
    rows.map_batches(Work, fn_constructor_args=(folder,), **options).write_json(target)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])
