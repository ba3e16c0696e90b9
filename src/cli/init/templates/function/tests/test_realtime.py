"""Run these tests with `slipway test` or `python3 -m unittest`."""

import unittest

from realtime import answer


class AnswerTest(unittest.TestCase):
    def test_counts_words(self):
        self.assertEqual({"words": ["hello", "world"], "size": 2}, answer({"text": "Hello, world"}))


if __name__ == "__main__":
    unittest.main()
