"""Runs one worker process of an instance: confines itself, loads the plugin once, then answers calls on file descriptor 3.

Run as `python -I -S -B -X utf8 host.py '<settings>'`: the plugin can import the standard library and the shims, but no
installed packages. Exits when its standard input closes.
"""

import json
import os
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))
CHANNEL_FD = 3


def main():
    # Close descriptors that the builder inherited from its own parents.
    os.closerange(CHANNEL_FD + 1, os.sysconf("SC_OPEN_MAX"))
    settings = json.loads(sys.argv[1])
    sys.argv = [""]
    sys.path.insert(0, HOST_FOLDER)
    # Import everything before the file system is replaced.
    from slipway_host import confine
    from slipway_host.serve import serve

    jail = settings["jail"]
    if jail is not None:
        from slipway_host import namespaces

        namespaces.enter(jail, CHANNEL_FD)  # returns in the confined child only
    sys.path.remove(HOST_FOLDER)
    confine.limit(settings["limits"])
    confine.drop_privileges(settings["uid"])
    confine.end_with_stdin()  # after dropping privileges: its thread inherits the current ones
    os.chdir(settings["temp"])
    os.environ.pop("PWD", None)  # set by bubblewrap
    serve(CHANNEL_FD, settings["code"], settings["shims"], settings["answer_bytes"])


if __name__ == "__main__":
    main()
