"""From the name of a missing module to the dependency that was declared for it."""

import unittest

from support import messages as _  # noqa: F401  (sets the path)

from slipway_host.dependencies import declaring, normalised


class Declaring(unittest.TestCase):
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
                self.assertEqual(declaring(module, requirements), expected)

    def test_finds_nothing_where_nothing_fits(self):
        self.assertIsNone(declaring("numpy", ["numpydoc", "num-py", "", "-r other.txt"]))

    def test_names_compare_as_indexes_compare_them(self):
        self.assertEqual(normalised("Foo__Bar.-baz"), "foo-bar-baz")


if __name__ == "__main__":
    unittest.main()
