"""Tests that archives unpack on Ray as they do on a builder."""

import tempfile
import unittest
import zipfile
from pathlib import Path

from support import HOST  # noqa: F401  (sets the path)

from slipway_ray.archive import unpack


class Unpacks(unittest.TestCase):
    def unpacked(self, *names):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        archive = Path(folder, "plugin.zip")
        with zipfile.ZipFile(archive, "w") as made:
            for name in names:
                made.writestr(name, "" if name.endswith("/") else name)
        code = Path(folder, "code")
        code.mkdir()
        unpack(archive, code)
        return sorted(path.relative_to(code).as_posix() for path in code.rglob("*") if path.is_file())

    def test_a_folder_that_has_everything_is_left_out(self):
        names = ["demo/", "demo/manifest.py", "demo/processors/core.py"]
        self.assertEqual(self.unpacked(*names), ["manifest.py", "processors/core.py"])

    def test_one_of_several_folders_is_kept(self):
        self.assertEqual(self.unpacked("manifest.py", "processors/core.py"), ["manifest.py", "processors/core.py"])

    def test_what_macos_adds_is_left_out(self):
        names = ["demo/manifest.py", "demo/.DS_Store", "demo/._manifest.py", "__MACOSX/demo/._manifest.py"]
        self.assertEqual(self.unpacked(*names), ["manifest.py"])

    def test_names_may_begin_with_the_current_folder(self):
        self.assertEqual(self.unpacked("./", "./demo/manifest.py", "./demo/realtime.py"), ["manifest.py", "realtime.py"])
