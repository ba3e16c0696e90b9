"""Tests kernel-limited folders, if this process may mount them."""

import os
import tempfile
import unittest

from support import HOST  # noqa: F401  (sets the path)

from slipway_host import disk_mounts


def _problem():
    if os.geteuid() != 0:
        return "not root"
    with tempfile.TemporaryDirectory() as folder:
        return disk_mounts.try_limits({"path": folder})["memory"]


@unittest.skipIf(_problem(), "folders can't be mounted here")
class Mounted(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.home = os.path.join(self.folder, "home")
        os.makedirs(self.home + "/memory")
        self.mounts = disk_mounts.Mounts()
        self.addCleanup(self.mounts.clear, {"path": self.folder})
        self.mounts.mount_memory({"path": self.home + "/memory", "bytes": 1 << 20, "files": 64})

    def test_a_folder_that_was_moved_is_unmounted(self):
        moved = os.path.join(self.folder, "moved")
        os.rename(self.home, moved)
        self.mounts.unmount_all()
        self.assertFalse(os.path.ismount(moved + "/memory"))

    def test_a_folder_that_another_process_mounted_is_unmounted_by_its_path(self):
        disk_mounts.Mounts().unmount({"path": self.home + "/memory"})
        self.assertFalse(os.path.ismount(self.home + "/memory"))

    def test_everything_below_a_folder_is_unmounted(self):
        disk_mounts.Mounts().clear({"path": self.folder})
        self.assertFalse(os.path.ismount(self.home + "/memory"))
