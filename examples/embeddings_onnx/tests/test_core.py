"""Run by `slipway test`, with the declared packages. Or install them, and run: python3 -m unittest"""

import unittest

from processors.core import DIMENSIONS, MODEL, Embedder, EmbeddingProcessor
from scripts.make_model import model


def similarity(one, other):
    return sum(x * y for x, y in zip(one, other, strict=True))


class EmbeddingTest(unittest.TestCase):
    def test_the_model_is_the_one_that_the_script_makes(self):
        self.assertEqual(model(), MODEL.read_bytes())

    def test_vectors_have_length_one(self):
        for vector in Embedder().embed(["a slipway", "boats"]):
            self.assertEqual(DIMENSIONS, len(vector))
            self.assertAlmostEqual(1.0, similarity(vector, vector), places=4)

    def test_similar_texts_are_closer(self):
        ship, ships, other = Embedder().embed(["the ship sails", "the ships sailed", "quarterly budget"])
        self.assertGreater(similarity(ship, ships), 0.5)
        self.assertGreater(similarity(ship, ships), similarity(ship, other) + 0.3)

    def test_one_row_out_for_each_row_in(self):
        class Column(list):
            def tolist(self):
                return list(self)

        answer = EmbeddingProcessor()({"data": Column(["one", None, "three"])})
        self.assertEqual([DIMENSIONS] * 3, [len(vector) for vector in answer["text_embedding"]])


if __name__ == "__main__":
    unittest.main()
