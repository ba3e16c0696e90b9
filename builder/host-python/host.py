"""Runs one worker process of an instance: confines itself, loads the plugin once, then answers calls on file
descriptor 3.

Run as `python -I -S -X utf8 host.py '<settings>'`. The plugin can import the standard library, the shims and its
environment's packages, but no packages installed on this machine. Exits when its standard input closes.

With `spare` instead of the settings, it imports everything and waits. The settings and the environment arrive on
file descriptor 3 when there is a plugin to run. Until then, a spare knows nothing about any plugin.
"""

import json
import os
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))
CHANNEL_FD = 3


# Settings needed to serve. The others contain paths on this machine and would stay visible to the plugin in a
# stack frame.
SERVED = (
    *("shims", "code", "packages", "models", "entry", "runs_gpu_steps", "gpu_bytes"),
    *("answer_bytes", "limit_notes", "stream", "threads", "batching"),
)


def main():
    serve, settings = confine_this_process()
    serve(CHANNEL_FD, settings)


def confine_this_process():
    """Returns the serve function and its settings."""
    is_spare = sys.argv[1] == "spare"
    settings = None if is_spare else json.loads(sys.argv[1])
    # Close descriptors that the builder inherited from its own parents. The relay's channel, if any, comes after
    # this one.
    listens = not is_spare and settings["jail"] is not None and settings["jail"]["listen"]
    os.closerange(CHANNEL_FD + (2 if listens else 1), os.sysconf("SC_OPEN_MAX"))
    sys.argv = [""]
    sys.path.insert(0, HOST_FOLDER)
    # Import everything before the file system is replaced.
    from slipway_host import confine
    from slipway_host.serve import serve

    if is_spare or settings["jail"] is not None:
        from slipway_host import namespaces

    sys.dont_write_bytecode = True  # from here on, modules may be the plugin's
    if is_spare:
        settings = receive_settings()
    confinement = confine.Confinement(settings)
    jail = settings["jail"]
    if jail is not None:
        jail["executable"] = sys.executable
        namespaces.enter(jail, settings["cgroup"], CHANNEL_FD)  # returns in the confined child only
    sys.path.remove(HOST_FOLDER)
    confinement.apply(settings["temp"])
    confine.end_with_stdin()  # last: its thread inherits what confines this one
    forget_host_modules()
    forget_program()
    return serve, {name: settings[name] for name in SERVED if name in settings}


def receive_settings():
    """Waits for the settings and the environment. Exits if the builder exits first."""
    length = int.from_bytes(_read_exactly(4), "big")
    message = json.loads(_read_exactly(length))
    os.environ.clear()
    os.environ.update(message["environment"])
    return json.loads(message["settings"])


def _read_exactly(length):
    data = b""
    while len(data) < length:
        part = os.read(CHANNEL_FD, length - len(data))
        if not part:
            os._exit(0)
        data += part
    return data


def forget_host_modules():
    """Keeps the plugin from importing the host's modules. They stay loaded for the functions that use them."""
    for name in list(sys.modules):
        if name.partition(".")[0] == "slipway_host":
            del sys.modules[name]


def forget_program():
    """Keeps this program's path and settings from the plugin, whose programs would also run it again as their own."""
    sys.modules["__main__"] = type(sys)("__main__")
    del sys.orig_argv[1:]


if __name__ == "__main__":
    main()
