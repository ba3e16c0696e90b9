"""Measures an image: its shape, brightness and colors. Everything here is arithmetic on pixels, not a model."""

import base64
import binascii
import io

import numpy as np
from PIL import Image, UnidentifiedImageError

COLORS = 3
DIMENSIONS = 32
SIDE = 64
"""Images are scaled down to this many pixels, so that the time does not depend on their size."""

Image.MAX_IMAGE_PIXELS = 50_000_000


def describe(image, colors=COLORS):
    pixels, size = read(image)
    width, height = size
    return {
        "embedding": histogram(pixels),
        "width": width,
        "height": height,
        "tags": tags(pixels, size),
        "colors": main_colors(pixels, colors),
    }


def read(image):
    """Returns the pixels, scaled down, as numbers from 0 to 1, and the original size."""
    try:
        opened = Image.open(io.BytesIO(base64.b64decode(image, validate=True)))
        small = opened.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    except (binascii.Error, UnidentifiedImageError, OSError) as error:
        raise ValueError(f"not an image: {error}") from error
    return np.asarray(small, dtype=np.float32) / 255, opened.size


def tags(pixels, size):
    width, height = size
    brightness = float(pixels.mean())
    spread = float((pixels.max(axis=2) - pixels.min(axis=2)).mean())
    shape = "square" if abs(width - height) <= 0.05 * max(width, height) else "wide" if width > height else "tall"
    light = "dark" if brightness < 1 / 3 else "bright" if brightness > 2 / 3 else "balanced"
    return [shape, light, "gray" if spread < 0.05 else "colorful" if spread > 0.4 else "muted"]


def main_colors(pixels, count):
    """Returns the most frequent colors of a grid of 8 levels for each channel."""
    levels = np.minimum((pixels * 8).astype(int), 7).reshape(-1, 3)
    found, counts = np.unique(levels, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[: max(1, int(count))]
    return ["#" + "".join(f"{round((level + 0.5) * 255 / 8):02x}" for level in found[at]) for at in order]


def histogram(pixels):
    """Returns how often each of 8 levels occurs in red, green, blue and brightness, as a vector of length 1."""
    channels = np.concatenate([pixels.reshape(-1, 3), pixels.mean(axis=2).reshape(-1, 1)], axis=1)
    counts = [np.histogram(channels[:, channel], bins=8, range=(0, 1))[0] for channel in range(4)]
    vector = np.concatenate(counts).astype(np.float64)
    return (vector / np.linalg.norm(vector)).round(6).tolist()


class TagProcessor:
    """The batch step: one row out for each row in. A row that is not an image gets empty values."""

    def __init__(self, config=None, progress_actor=None, **kwargs):
        self.colors = (config or {}).get("colors", COLORS)

    def __call__(self, batch):
        described = [self.describe_row(image) for image in batch["data"].tolist()]
        batch["image_embedding"] = [row["embedding"] for row in described]
        for key in ("width", "height", "tags", "colors"):
            batch[key] = [row[key] for row in described]
        return batch

    def describe_row(self, image):
        try:
            return describe(image, self.colors)
        except (TypeError, ValueError):
            return {"embedding": [0.0] * DIMENSIONS, "width": 0, "height": 0, "tags": [], "colors": []}
