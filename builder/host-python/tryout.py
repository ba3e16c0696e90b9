"""Tries a plugin out for its author, on the author's machine: its batch steps over sample rows, or its own tests.

Run confined, by launch.py, as `python -I -B -X utf8 tryout.py` with the settings on standard input. Other than a worker it
sees what is installed, since that is where batches run. What came of it is one JSON object on standard output; what the
plugin prints goes to standard error.
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
    from slipway_tryout.steps import try_steps

    sys.path.remove(HOST_FOLDER)
    sys.path += [settings["shims"], *settings["packages"]]
    outcome = run_tests(settings) if settings["mode"] == "tests" else try_steps(settings)
    json.dump(outcome, answer)
    answer.flush()
    # Threads of the plugin may still run; nothing of theirs is worth waiting for.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
