"""Loads a plugin's schemas or runs its tests, on the author's machine.

Run confined, by launch.py, as `python -I -B -X utf8 tryout.py` with the settings on standard input. Unlike a
worker, it can import packages installed on this machine, such as pytest. It writes its result as one JSON object to
standard output; the plugin's own output goes to standard error.
"""

import json
import os
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))


def main():
    settings = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.insert(0, HOST_FOLDER)
    from slipway_tryout.own_tests import run_tests
    from slipway_tryout.schemas import check_schemas

    sys.path.remove(HOST_FOLDER)
    sys.path += [settings["shims"], *settings["packages"]]
    modes = {"schemas": check_schemas, "tests": run_tests}
    outcome = modes[settings["mode"]](settings)
    json.dump(outcome, answer)
    answer.flush()
    # Don't wait for threads that the plugin left running.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
