"""Runs one program confined: an executable plugin, or the compiler on a plugin's source. Replaces this process by
exec.

Run as `python -I -S -X utf8 launch.py '<settings>'`, with the program's standard streams, and on file descriptor 3
a pipe that closes when the builder exits. If `held` is set, it first waits for a byte on that pipe, so that
Python's start costs no time later. If `socket` is set, the program gets a socket listening at that path as file
descriptor 3; a byte on the pipe signals that it exists.
"""

import json
import os
import select
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))
LIFELINE_FD = 3
# The socket takes the lifeline's descriptor, after the lifeline closes.
SOCKET_FD = LIFELINE_FD
# Same exit code as `env` and `timeout`: the program itself never ran.
NOT_LAUNCHED = 125
CALLS_WAITING = 16


def main():
    settings = json.loads(sys.argv[1])
    # The relay's channel, if any, comes after the lifeline.
    listens = settings["jail"] is not None and settings["jail"]["listen"]
    os.closerange(LIFELINE_FD + (2 if listens else 1), os.sysconf("SC_OPEN_MAX"))
    sys.path.insert(0, HOST_FOLDER)
    # Import everything before the file system is replaced.
    from slipway_host import confine, priority

    priority.lower(settings["limits"]["niceness"])
    confinement = confine.Confinement(settings)
    jail = settings["jail"]
    if jail is not None:
        from slipway_host import namespaces

    listener = None if settings["socket"] is None else _listen(settings["socket"])
    if settings["held"] and not os.read(LIFELINE_FD, 1):
        os._exit(0)
    if jail is not None:
        program_in = os.dup(0)
        os.dup2(LIFELINE_FD, 0)  # the supervisor waits for its end
        jail["executable"] = settings["program"][0]
        namespaces.enter(jail, settings["cgroup"], program_in)  # returns in the confined child only
        os.dup2(program_in, 0)
    confinement.apply(settings["folder"])
    # From here on, the kernel kills this process when the builder exits. The builder may already be gone.
    if _is_closed(LIFELINE_FD):
        os._exit(0)
    os.close(LIFELINE_FD)
    if listener is not None:
        os.dup2(listener.fileno(), SOCKET_FD)  # survives exec, unlike the original
    program = settings["program"]
    os.execve(program[0], program, settings["environment"])


def _listen(path):
    """The path may be too long for a socket address, but a path through the open folder isn't."""
    import socket

    folder = os.open(os.path.dirname(path), os.O_PATH)
    address = f"/proc/self/fd/{folder}/{os.path.basename(path)}"
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    listener.bind(address)
    os.umask(before)
    listener.listen(CALLS_WAITING)
    os.close(folder)
    os.write(LIFELINE_FD, b"\n")
    return listener


def _is_closed(fd):
    poll = select.poll()
    poll.register(fd, 0)  # reports only that the other end is gone
    return bool(poll.poll(0))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        print(f"launch: {error}", file=sys.stderr)
        os._exit(NOT_LAUNCHED)
