"""Tests that a container's server keeps few of the privileges it started with."""

import os
import subprocess
import sys
import unittest

from support import HOST

import start_server

PRINT_STATUS = "print(open('/proc/self/status').read())"


def status_of_server():
    command = [sys.executable, "-I", "-S", "-B", HOST / "start_server.py", "/usr/bin/env", "python3", "-I", "-c", PRINT_STATUS]
    printed = subprocess.run(command, env={"PATH": "/usr/local/bin:/usr/bin:/bin"}, capture_output=True, check=True).stdout
    return dict(line.split(":\t", 1) for line in printed.decode().splitlines() if ":\t" in line)


@unittest.skipUnless(sys.platform == "linux", "capabilities are Linux's")
class StartServer(unittest.TestCase):
    @unittest.skipUnless(os.geteuid() == 0, "only root has capabilities")
    def test_root_keeps_what_confining_takes_and_cannot_get_more(self):
        status = status_of_server()
        allowed = sum(1 << capability for capability in start_server.KEPT)
        for name in ("CapPrm", "CapEff", "CapBnd"):
            self.assertEqual(int(status[name], 16) & ~allowed, 0, name)
        self.assertTrue(int(status["CapEff"], 16) & 1 << start_server.SETUID)
        self.assertEqual(status["NoNewPrivs"], "1")

    @unittest.skipIf(os.geteuid() == 0, "root starts it with capabilities")
    def test_a_user_starts_it_without_capabilities(self):
        status = status_of_server()
        self.assertEqual(int(status["CapEff"], 16), 0)
        self.assertEqual(status["NoNewPrivs"], "1")
