"""Runs a file of rows through a plugin's steps in plain Python, without Slipway: plain.py PLUGIN INPUT OUTPUT WORKERS.

Each process reads one part of the file and writes one part of the output.
"""

import importlib.util
import json
import multiprocessing
import os
import pathlib
import sys
import types

HOST = pathlib.Path(__file__).resolve().parents[2] / "builder" / "host-python"
BATCH_SIZE = 64


def steps_of(folder):
    sys.path[:0] = [str(HOST), str(HOST / "shims")]
    spec = importlib.util.spec_from_file_location("pipeline", os.path.join(folder, "pipeline.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    config = types.SimpleNamespace(feature_extractor_name="bench", parameters={})
    return module.build_steps(types.SimpleNamespace(extractor_config=config))["steps"]


def frame_of(rows):
    columns = {name: [row.get(name) for row in rows] for name in dict.fromkeys(key for row in rows for key in row)}
    try:
        import pandas
    except ImportError:
        from engine.frames.table import Table

        return Table(columns)
    return pandas.DataFrame(columns)


def work(folder, source, target, start, end):
    steps = steps_of(folder)
    with open(source, "rb") as lines, open(target, "w") as out:
        if start > 0:
            lines.seek(start - 1)
            lines.readline()
        batch = []
        while lines.tell() < end:
            batch.append(json.loads(lines.readline()))
            if len(batch) == BATCH_SIZE:
                write(steps, batch, out)
                batch = []
        if batch:
            write(steps, batch, out)


def write(steps, batch, out):
    frame = frame_of(batch)
    for step in steps:
        frame = step(frame)
    for row in frame.to_dict("records"):
        out.write(json.dumps(row) + "\n")


def main(folder, source, target, workers):
    size, count = os.path.getsize(source), int(workers)
    parts = [(folder, source, f"{target}.{n}", size * n // count, size * (n + 1) // count) for n in range(count)]
    processes = [multiprocessing.Process(target=work, args=part) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
