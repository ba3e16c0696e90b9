"""Tests how a supervisor cleans up after a killed builder."""

import os
import subprocess
import sys
import tempfile
import unittest

from support import HOST

# The worker's channel closes before the supervisor's pipe, because the system closes a killed process's files one
# by one.
_BUILDER = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from slipway_host import namespaces
place = os.open(sys.argv[2], os.O_RDONLY)
pipe, kept = os.pipe()
if os.fork() == 0:
    os.close(kept)
    os.dup2(pipe, 0)
    worker = os.fork()
    if worker == 0:
        os._exit(0)
    namespaces._supervise(worker, [(place, "slipway.1/7")])
time.sleep(0.1)
os._exit(0)
"""


class KilledBuilder(unittest.TestCase):
    def test_its_groups_are_removed_although_the_worker_notices_its_end_first(self):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, "slipway.1", "7"))
            os.makedirs(os.path.join(folder, "slipway.1.background"))
            # The supervisor also holds the output, so this returns only when both have exited.
            subprocess.run([sys.executable, "-c", _BUILDER, str(HOST), folder], stdout=subprocess.PIPE, timeout=60, check=True)
            self.assertEqual(os.listdir(folder), [])
