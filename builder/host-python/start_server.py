"""Drops unused privileges and becomes the builder's server. This is the container image's entry point.

Run as `python -I -S -B start_server.py PROGRAM ARGUMENT...`. The server must be root to give each instance its own
user; it then keeps only the capabilities listed here. Any other user has none to lose. Either way, no program that
it starts can gain any.
"""

import os
import sys

HOST_FOLDER = os.path.dirname(os.path.abspath(__file__))

# Capability numbers from linux/capability.h. They let the server access other users' files and folders, signal and
# become other users, empty bounding sets and, if the container allows it, create namespaces.
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
