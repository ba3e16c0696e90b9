"""Becomes the builder's server in a container, with no more privileges than it uses. The image starts with this.

Run as `python -I -S -B start_server.py PROGRAM ARGUMENT...`. As root, which the server has to be to give each instance a user of its
own, only the capabilities listed here stay. Another user has none to lose. In both cases no program gains any.
"""

import os
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))

# By their numbers in linux/capability.h: for files and folders of other users, for signals to them, to become them, to empty
# bounding sets, and, where the container has them, for namespaces.
CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, SETPCAP, NET_ADMIN, SYS_ADMIN = 0, 1, 3, 5, 6, 7, 8, 12, 21
KEPT = (CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, SETPCAP, NET_ADMIN, SYS_ADMIN)


def main():
    sys.path.insert(0, HOST_FOLDER)
    from slipway_host import linux

    try:
        linux.drop_bounding_set(KEPT)
    except PermissionError:
        pass  # not without CAP_SETPCAP: then there are few, or none
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
