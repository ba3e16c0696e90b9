"""Tests the counts from inspecting a plugin's folders."""

import os
import subprocess
import sys
import tempfile
import time
import unittest

from support import HOST  # noqa: F401  (sets the path)

from slipway_host import disk_use

MIB = 1 << 20

# Sends a descriptor to itself, which nobody can inspect in transit, and sleeps.
HIDES = """
import socket
sent, received = socket.socketpair()
socket.send_fds(sent, [b"x"], [0])
print("hidden", flush=True)
input()
"""


class Looks(unittest.TestCase):
    def setUp(self):
        self.path = self.enterContext(tempfile.TemporaryDirectory())

    def look(self, **limits):
        folder = {"path": self.path, "seen": self.path, "by": "sampled", "in_memory": False, "bytes": MIB, "files": 100, **limits}
        [found] = disk_use.Looks().look({"pid": None, "groups": [], "uid": None, "folders": [folder]})
        return found["state"]

    def look_again(self, program, change=lambda: None):
        """Returns the states of three looks at a process that sleeps since before the first one. `change` happens after that."""
        folder = {"path": self.path, "seen": self.path, "by": "sampled", "in_memory": False, "bytes": MIB, "files": 100}
        looks = disk_use.Looks()
        pipe = subprocess.PIPE
        with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe) as process:
            process.stdout.readline()
            while _state_of(process.pid) != "S":
                time.sleep(0.01)
            request = {"pid": process.pid, "groups": [], "uid": None, "folders": [folder]}
            first = looks.look(request)
            change()
            states = [first, looks.look(request), looks.look(request)]
            process.communicate(b"\n")
        return [found["state"] for [found] in states]

    @unittest.skipUnless(sys.platform == "linux", "/proc is Linux's")
    def test_a_doubt_is_settled_by_another_look_although_the_process_did_not_run(self):
        self.assertEqual(self.look_again(HIDES), ["within", "doubtful", "doubtful"])

    @unittest.skipUnless(sys.platform == "linux", "/proc is Linux's")
    def test_a_process_that_did_not_run_is_not_looked_at_again(self):
        sleeps = 'print("sleeps", flush=True)\ninput()'
        self.assertEqual(self.look_again(sleeps, lambda: self.write("file", bytes(2 * MIB))), ["within"] * 3)

    def write(self, name, content=b""):
        with open(os.path.join(self.path, name), "wb") as file:
            file.write(content)

    def test_a_sparse_file_counts_by_what_it_occupies(self):
        self.write("sparse")
        os.truncate(os.path.join(self.path, "sparse"), 10 * MIB)
        self.assertEqual(self.look(), "within")

    def test_a_file_with_many_names_counts_once(self):
        self.write("named", bytes(MIB // 2))
        for number in range(20):
            os.link(os.path.join(self.path, "named"), os.path.join(self.path, f"name{number}"))
        self.assertEqual(self.look(), "within")

    def test_names_count_toward_the_files(self):
        for number in range(101):
            self.write(f"file{number}")
        self.assertEqual(self.look(), "exceeded")

    def test_bytes_in_a_deep_folder_count(self):
        folder = os.open(self.path, os.O_RDONLY)
        for _ in range(24):
            os.mkdir("d" * 250, dir_fd=folder)
            deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = deeper
        file = os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
        os.write(file, bytes(MIB + 4096))
        os.close(file)
        os.close(folder)
        self.assertEqual(self.look(), "exceeded")

    def test_a_closed_folder_is_looked_into(self):
        closed = os.path.join(self.path, "closed")
        os.mkdir(closed)
        self.write("closed/file", bytes(MIB + 4096))
        os.chmod(closed, 0)
        self.assertEqual(self.look(), "exceeded")


def _state_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]
