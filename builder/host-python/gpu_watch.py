"""Reports the machine's GPUs to the builder, then their use, until standard input closes. It runs as the builder's user,
and never runs plugin code.

Run as `python -I -S -X utf8 gpu_watch.py '<settings>'` with `{"every_ms": …, "module": path or null}`: `module` is
used instead of NVML, for tests. Prints a line of JSON: `found`, or `failure` if there is no GPU; then lines with
`use`: when it has changed, and every second.
"""

import importlib.util
import json
import os
import select
import sys
import time

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))
_HEARTBEAT_SECONDS = 1


def main():
    sys.path.insert(0, HOST_FOLDER)
    settings = json.loads(sys.argv[1])
    try:
        library = _open(settings["module"])
        _print({"found": library.describe()})
    except (OSError, RuntimeError, AttributeError) as error:
        _print({"failure": str(error)})
        return
    last, printed_at = None, 0
    while not select.select([0], [], [], settings["every_ms"] / 1000)[0]:
        try:
            use = [{**card, "processes": [_named(one) for one in card["processes"]]} for card in library.use()]
        except RuntimeError as error:
            _print({"failure": str(error)})
            return
        now = time.monotonic()
        if use != last or now - printed_at >= _HEARTBEAT_SECONDS:
            _print({"use": use})
            last, printed_at = use, now


def _open(module):
    if module is None:
        from slipway_gpu import nvml

        return nvml.Library()
    spec = importlib.util.spec_from_file_location("nvml_stand_in", module)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.Library()


def _named(process):
    """Adds the process's control groups, by which the builder knows whose it is. PIDs aren't enough: the driver doesn't
    know PID namespaces, and in a container its PIDs may be those of other processes.
    """
    try:
        with open(f"/proc/{process['pid']}/cgroup", encoding="utf-8", errors="replace") as file:
            groups = [line.rstrip("\n").split(":", 2)[2] for line in file]
    except (OSError, IndexError):
        groups = []
    return {**process, "groups": groups}


def _print(line):
    try:
        os.write(1, json.dumps(line).encode() + b"\n")
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
