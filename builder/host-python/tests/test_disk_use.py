"""The count of a look at a plugin's folders."""

import os
import tempfile
import unittest

from support import HOST  # noqa: F401  (sets the path)

from slipway_host import disk_use

MIB = 1 << 20


class Looks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = folder.name

    def look(self, **limits):
        folder = {"path": self.path, "seen": self.path, "by": "sampled", "in_memory": False, "bytes": MIB, "files": 100, **limits}
        [found] = disk_use.Looks().look({"pid": None, "groups": [], "uid": None, "folders": [folder]})
        return found["state"]

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


if __name__ == "__main__":
    unittest.main()
