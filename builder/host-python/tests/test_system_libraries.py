"""Tests the hint for a missing shared library."""

import unittest

from support import messages as _  # noqa: F401  (sets the path)

from slipway_host.system_libraries import missing_library_hint

LACKS = "the machine that runs plugins lacks this system library; its operator installs it with "


class MissingLibraryHint(unittest.TestCase):
    def test_names_the_package(self):
        cases = {"libxcb.so.1": "libxcb1", "libGL.so.1": "libgl1", "libgthread-2.0.so.0": "libglib2.0-0"}
        for library, package in cases.items():
            with self.subTest(library):
                message = f"{library}: cannot open shared object file: No such file or directory"
                self.assertEqual(missing_library_hint(message, ["numpy"]), f"{LACKS}`apt-get install {package}`")

    def test_names_a_declared_package_s_alternative(self):
        message = "libGL.so.1: cannot open shared object file: No such file or directory"
        self.assertEqual(
            missing_library_hint(message, ["numpy>=2", "opencv-python==4.12.0.88"]),
            f"{LACKS}`apt-get install libgl1`, or declare opencv-python-headless in place of opencv-python, which needs none",
        )

    def test_says_where_to_look_for_an_unknown_library(self):
        message = "libfoo++-2.so.3.1: cannot open shared object file: No such file or directory"
        self.assertEqual(
            missing_library_hint(message, []), f"{LACKS}its package (https://packages.debian.org says which)"
        )

    def test_other_import_errors_have_none(self):
        self.assertIsNone(missing_library_hint("cannot import name 'x' from 'y'", ["opencv-python"]))
