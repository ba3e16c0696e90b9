"""Run from this plugin's folder: python3 -m unittest"""

import json
import unittest
from pathlib import Path

from processors.core import ProfileProcessor, profile, syllables

EXAMPLES = Path(__file__).parent / "examples"


class ProfileTest(unittest.TestCase):
    def test_examples(self):
        for path in sorted(EXAMPLES.glob("*.json")):
            example = json.loads(path.read_text(encoding="utf-8"))
            answer = profile(example["inputs"]["text"], example["parameters"].get("key_phrases", 5))
            self.assertEqual(example["result"], {key: answer[key] for key in example["result"]}, path.name)

    def test_empty_text(self):
        self.assertEqual(
            profile(""),
            {
                "embedding": [0.0] * 16,
                "words": 0,
                "sentences": 0,
                "reading_ease": 0.0,
                "level": "empty",
                "key_phrases": [],
            },
        )

    def test_the_vector_has_length_one_and_ignores_order_and_case(self):
        vector = profile("Blue whales sing")["embedding"]
        self.assertAlmostEqual(1.0, sum(x * x for x in vector), places=3)
        self.assertEqual(vector, profile("SING blue Whales!")["embedding"])

    def test_syllables(self):
        self.assertEqual([1, 2, 3, 2, 1], [syllables(w) for w in ("make", "table", "readable", "happy", "rhythms")])

    def test_one_row_out_for_each_row_in(self):
        class Column(list):
            def tolist(self):
                return list(self)

        batch = {"data": Column(["One text.", None, "Another text."])}
        answer = ProfileProcessor({"key_phrases": 1})(batch)
        self.assertEqual([2, 0, 2], answer["words"])
        self.assertEqual([["one text"], [], ["another text"]], answer["key_phrases"])


if __name__ == "__main__":
    unittest.main()
