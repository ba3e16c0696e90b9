"""Runs a program as if the kernel lacked features: without.py namespaces,landlock PROGRAM ARGUMENT..."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "builder" / "host-python"))

from slipway_host import linux, seccomp  # noqa: E402  (its path is set above)

CALLS = {
    "namespaces": {"unshare", "setns"},
    "landlock": {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"},
}
NEW_NAMESPACES = 0x7E020000


def main():
    lacking = [name for name in sys.argv[1].split(",") if name]
    refused = set().union(*(CALLS[name] for name in lacking))
    rules = {name: [] for name in seccomp.read_numbers(os.uname().machine) if name not in refused}
    if "namespaces" in lacking:
        rules |= {"clone3": seccomp.NOT_IMPLEMENTED, "clone": [seccomp.Condition(0, NEW_NAMESPACES, (0,))]}
    if lacking:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.Filter(rules).install()
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
