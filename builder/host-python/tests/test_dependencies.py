"""Tests finding the declared dependency for a missing module."""

import unittest

from support import messages as _  # noqa: F401  (sets the path)

from slipway_host.dependencies import find_requirement, normalized


class FindRequirement(unittest.TestCase):
    def test_finds_the_requirement_as_declared(self):
        cases = [
            ("numpy", ["numpy"], "numpy"),
            ("numpy.linalg", ["numpy>=1.26,<2"], "numpy>=1.26,<2"),
            ("sentence_transformers", ["Sentence.Transformers[onnx]~=3.0"], "Sentence.Transformers[onnx]~=3.0"),
            ("PIL", ["requests", " pillow "], "pillow"),
            ("cv2", ["opencv-contrib-python"], "opencv-contrib-python"),
            ("sklearn.svm", ["scikit-learn"], "scikit-learn"),
            ("yaml", ["PyYAML==6"], "PyYAML==6"),
            ("bs4", ["beautifulsoup4"], "beautifulsoup4"),
            ("google.cloud.storage", ["google-cloud-storage"], "google-cloud-storage"),
            ("model", ["model @ https://example.com/model.whl"], "model @ https://example.com/model.whl"),
        ]
        for module, requirements, expected in cases:
            with self.subTest(module):
                self.assertEqual(find_requirement(module, requirements), expected)

    def test_returns_none_if_no_requirement_matches(self):
        self.assertIsNone(find_requirement("numpy", ["numpydoc", "num-py", "", "-r other.txt"]))

    def test_names_are_normalized_as_indexes_do(self):
        self.assertEqual(normalized("Foo__Bar.-baz"), "foo-bar-baz")
