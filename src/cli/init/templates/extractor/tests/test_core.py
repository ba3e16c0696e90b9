"""Run these tests with `slipway test` or `python3 -m unittest`."""

import json
import unittest
from pathlib import Path

from processors.core import Processor, extract

TESTS = Path(__file__).parent


class Column(list):
    def tolist(self):
        return list(self)


class CoreTest(unittest.TestCase):
    def test_examples(self):
        for path in sorted((TESTS / "examples").glob("*.json")):
            result = extract(json.loads(path.read_text(encoding="utf-8"))["inputs"])
            self.assertEqual(16, len(result["{{name}}_embedding"]), path.name)
            self.assertIsInstance(result["size"], int, path.name)

    def test_one_output_row_per_input_row(self):
        rows = json.loads((TESTS / "sample.json").read_text(encoding="utf-8"))
        batch = Processor()({"data": Column(row["data"] for row in rows)})
        self.assertEqual([16] * len(rows), [len(vector) for vector in batch["{{name}}_embedding"]])


if __name__ == "__main__":
    unittest.main()
