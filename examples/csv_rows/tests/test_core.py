"""Run by `slipway test`, with the declared packages. Or install them, and run: python3 -m unittest"""

import unittest

import pandas as pd

from processors.core import DIMENSIONS, TableProcessor, profile

CSV = "name,price,stock\nlamp,12.5,3\ntable,,0\nchair,7.5,-1\n"


class ProfileTest(unittest.TestCase):
    def test_size_means_and_empty_cells(self):
        answer = profile(CSV)
        self.assertEqual((3, ["name", "price", "stock"], 1), (answer["rows"], answer["columns"], answer["missing"]))
        self.assertEqual({"price": 10.0, "stock": 0.666667}, answer["numeric"])
        self.assertEqual(DIMENSIONS, len(answer["table_embedding"]))

    def test_another_separator(self):
        self.assertEqual(["a", "b"], profile("a;b\n1;2\n", ";")["columns"])

    def test_an_empty_document(self):
        answer = profile("")
        self.assertEqual((0, [], {}, 0), tuple(answer[key] for key in ("rows", "columns", "numeric", "missing")))

    def test_one_row_out_for_each_row_in(self):
        batch = pd.DataFrame({"data": [CSV, None, "a\n1\n"]}, index=[4, 2, 9])
        answer = TableProcessor()(batch)
        self.assertEqual([3, 0, 1], answer["rows"].tolist())
        self.assertEqual([4, 2, 9], answer.index.tolist())


if __name__ == "__main__":
    unittest.main()
