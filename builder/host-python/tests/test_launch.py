import json
import os
import socket
import sys
import tempfile
import unittest

from support import HOST, LIMITS, UNCONFINED

LIFELINE = 3


def launch(folder, lifeline):
    """Launches a program that writes the file `ran`, without a sandbox."""
    settings = {
        **UNCONFINED,
        "limits": LIMITS | {"niceness": 0},
        "held": False,
        "socket": None,
        "folder": folder,
        "program": [sys.executable, "-I", "-S", "-c", "open('ran', 'w').close()"],
        "environment": {},
    }
    arguments = [sys.executable, "-I", "-S", str(HOST / "launch.py"), json.dumps(settings)]
    actions = [(os.POSIX_SPAWN_DUP2, lifeline, LIFELINE)]
    _, status = os.waitpid(os.posix_spawn(sys.executable, arguments, {}, file_actions=actions), 0)
    return status


class Launch(unittest.TestCase):
    def launched(self, keeps_lifeline):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = socket.socketpair()
            if not keeps_lifeline:
                ours.close()
            status = launch(folder, theirs.fileno())
            ours.close()
            theirs.close()
            return status, os.path.exists(os.path.join(folder, "ran"))

    def test_runs_a_program(self):
        self.assertEqual(self.launched(True), (0, True))

    def test_runs_nothing_for_a_builder_that_has_ended(self):
        self.assertEqual(self.launched(False), (0, False))
