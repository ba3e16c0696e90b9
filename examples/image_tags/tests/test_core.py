"""Run by `slipway test`, with the declared packages. Or install them, and run: python3 -m unittest"""

import base64
import io
import json
import unittest
from pathlib import Path

from PIL import Image

from processors.core import DIMENSIONS, TagProcessor, describe

EXAMPLES = Path(__file__).parent / "examples"


def image_of(color, size=(40, 20), kind="PNG"):
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


class TagsTest(unittest.TestCase):
    def test_examples(self):
        for path in sorted(EXAMPLES.glob("*.json")):
            example = json.loads(path.read_text(encoding="utf-8"))
            answer = describe(example["inputs"]["image"])
            self.assertEqual(example["result"], {key: answer[key] for key in example["result"]}, path.name)

    def test_shape_light_and_color(self):
        self.assertEqual(["wide", "dark", "colorful"], describe(image_of((200, 0, 0)))["tags"])
        self.assertEqual(["tall", "bright", "gray"], describe(image_of("white", (20, 40)))["tags"])
        self.assertEqual(["square", "balanced", "muted"], describe(image_of((140, 120, 100), (40, 41), "JPEG"))["tags"])

    def test_main_colors_are_the_most_frequent_first(self):
        two = Image.new("RGB", (64, 64), "black")
        two.paste("white", (0, 0, 64, 16))
        buffer = io.BytesIO()
        two.save(buffer, "PNG")
        answer = describe(base64.b64encode(buffer.getvalue()).decode())
        self.assertEqual(["#101010", "#efefef"], answer["colors"])

    def test_the_vector_has_length_one(self):
        vector = describe(image_of("teal"))["embedding"]
        self.assertEqual(DIMENSIONS, len(vector))
        self.assertAlmostEqual(1.0, sum(x * x for x in vector), places=4)

    def test_what_is_not_an_image_is_refused(self):
        for wrong in ("not base64!", base64.b64encode(b"not an image").decode()):
            with self.assertRaisesRegex(ValueError, "not an image"):
                describe(wrong)

    def test_one_row_out_for_each_row_in(self):
        class Column(list):
            def tolist(self):
                return list(self)

        answer = TagProcessor()({"data": Column([image_of("red"), None, "?"])})
        self.assertEqual([40, 0, 0], answer["width"])


if __name__ == "__main__":
    unittest.main()
