"""Tests finding deleted files that another user's process holds, even if the builder may not inspect every process.
"""

import json
import os
import subprocess
import sys
import unittest

from support import HOST


# Starts another user's process that holds a deleted file, and prints what the disk keeper finds.
FINDS = """
import json, os, signal, sys, tempfile, time
sys.path.insert(0, sys.argv[1])
from slipway_host import disk_processes, disk_use, linux

uid = 12345 if os.geteuid() == 0 else None
folder = tempfile.mkdtemp()
os.chmod(folder, 0o777)
ready, done = os.pipe()
pid = os.fork()
if pid == 0:
    if uid is not None and sys.argv[2] != "starting":
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
    if sys.argv[2] == "ended":
        os._exit(0)
    if sys.argv[2] == "hidden under a name":
        with open("/proc/self/comm", "wb") as name:
            name.write(b"\\rUid:\\t1")
    if sys.argv[2].startswith("hidden"):
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
    if sys.argv[2] == "led by an ended thread":
        # The first thread ends while the others keep running and hold an unnamed file.
        import ctypes, threading
        def keep():
            kept = open(folder + "/kept", "wb")
            kept.write(b"x" * 4096)
            kept.flush()
            os.unlink(folder + "/kept")
            while "Z" not in open(f"/proc/self/task/{os.getpid()}/stat").read().rpartition(")")[2]:
                time.sleep(0.01)
            os.write(done, b"x")
            signal.pause()
        threading.Thread(target=keep).start()
        ctypes.CDLL(None).pthread_exit(None)
    kept = open(folder + "/kept", "wb")
    kept.write(b"x" * 4096)
    kept.flush()
    os.unlink(folder + "/kept")
    os.write(done, b"x")
    signal.pause()
if sys.argv[2] == "ended":
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
else:
    os.read(ready, 1)
use = disk_use.Use({"path": folder, "seen": "/tmp", "bytes": 10**6, "files": 10})
with disk_processes.AsUser(uid):
    held, doubts = disk_processes.deleted_files({pid}, [use])
if sys.argv[2] != "ended":
    os.kill(pid, 9)
os.rmdir(folder)
print(json.dumps([disk_processes.sees_all(), len(held), doubts, os.geteuid() == os.getuid(), os.getegid() == os.getgid()]))
"""


def found_in(state):
    command = [sys.executable, os.path.join(HOST, "start_server.py"), sys.executable, "-c", FINDS, HOST, state]
    return json.loads(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout)


@unittest.skipUnless(sys.platform == "linux", "/proc is Linux's")
class DeletedFiles(unittest.TestCase):
    def test_are_found_by_a_builder_of_a_container_which_sees_only_what_a_user_sees(self):
        sees_all = os.geteuid() != 0
        self.assertEqual(found_in("confined"), [sees_all, 1, [], True, True])

    def test_raise_no_doubt_in_a_process_that_has_not_become_the_plugins_user_yet(self):
        sees_all = os.geteuid() != 0
        self.assertEqual(found_in("starting"), [sees_all, 1 if sees_all else 0, [], True, True])

    def test_raise_no_doubt_in_a_process_that_has_ended_and_that_nobody_has_waited_for(self):
        self.assertEqual(found_in("ended")[1:3], [0, []])

    def test_are_found_in_a_process_whose_first_thread_has_ended(self):
        self.assertEqual(found_in("led by an ended thread")[1:3], [1, []])

    def test_are_doubted_in_a_process_that_hides_its_own(self):
        for state in ("hidden", "hidden under a name"):
            with self.subTest(state):
                self.assertEqual(found_in(state)[1:3], [0, ["its open files can't be read"]])
