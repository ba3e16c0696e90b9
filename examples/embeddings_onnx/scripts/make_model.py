"""Makes models/trigrams.onnx: python3 scripts/make_model.py, in this plugin's folder. Needs no packages.

The model multiplies counts of trigrams by a fixed matrix of pseudo-random numbers and scales the result to length 1. So texts that share
many trigrams get similar vectors. A model that was trained would be exported by its framework instead.
"""

import random
import struct
from pathlib import Path

BUCKETS = 512
DIMENSIONS = 32
MODEL = Path(__file__).parent.parent / "models" / "trigrams.onnx"


def varint(number):
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def field(number, value):
    """One field of a protobuf message: a number, or anything with a length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def tensor_of_floats(name, rows):
    values = [value for row in rows for value in row]
    dimensions = field(1, len(rows)) + field(1, len(rows[0]))
    return dimensions + field(2, 1) + field(8, name) + field(9, struct.pack(f"<{len(values)}f", *values))


def described_tensor(name, columns):
    shape = field(1, field(2, "texts")) + field(1, field(1, columns))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def node(operation, inputs, output, attributes=b""):
    return b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operation) + attributes


def integer_attribute(name, value):
    return field(5, field(1, name) + field(3, value) + field(20, 2))


def model():
    # Seeded, so that the file is the same wherever it is made. Sums of uniform numbers, because their digits don't depend on libraries.
    numbers = random.Random(7)
    weights = [[sum(numbers.random() for _ in range(4)) - 2 for _ in range(DIMENSIONS)] for _ in range(BUCKETS)]
    nodes = [
        node("MatMul", ["trigrams", "weights"], "projected"),
        node("LpNormalization", ["projected"], "embedding", integer_attribute("axis", 1) + integer_attribute("p", 2)),
    ]
    graph = (
        b"".join(field(1, one) for one in nodes)
        + field(2, "trigrams")
        + field(5, tensor_of_floats("weights", weights))
        + field(11, described_tensor("trigrams", BUCKETS))
        + field(12, described_tensor("embedding", DIMENSIONS))
    )
    return field(1, 8) + field(2, "make_model.py") + field(7, graph) + field(8, field(1, "") + field(2, 13))


if __name__ == "__main__":
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_bytes(model())
    print(f"{MODEL.name}: {MODEL.stat().st_size} bytes")
