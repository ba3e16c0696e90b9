"""Mounts and measures the folders that plugins write to, for the builder. It runs as the builder's user, and never
runs plugin code.

Run as `python -I -S -X utf8 disk_keeper.py`. Each line on standard input is a JSON request: `id`, `do` and its
arguments. The response is a line with the same `id` and `result` or `failure`. Unmounts everything when standard
input closes, even if the builder was killed.
"""

import json
import os
import resource
import signal
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))


def main():
    sys.path.insert(0, HOST_FOLDER)
    from slipway_host import disk_mounts, disk_use

    # Ctrl-C in a terminal is meant for the builder, which still needs this process to unmount folders.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    mounts = disk_mounts.Mounts()
    looks = disk_use.Looks()
    work = {
        "look": looks.look,
        "try": disk_mounts.try_limits,
        "clear": mounts.clear,
        "mount memory": mounts.mount_memory,
        "mount image": mounts.mount_image,
        "unmount": mounts.unmount,
    }
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"id": request["id"]}
        try:
            answer["result"] = work[request["do"]](request)
        except Exception as error:  # whatever fails, the next request is for another plugin
            answer["failure"] = f"{type(error).__name__}: {error}"
        try:
            os.write(1, json.dumps(answer).encode() + b"\n")
        except BrokenPipeError:
            break  # the builder has ended
    mounts.unmount_all()


if __name__ == "__main__":
    main()
