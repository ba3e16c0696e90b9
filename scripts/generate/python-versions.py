"""Writes test/fixtures/python-versions.json: versions in packaging's order, those that are equal together, and texts that are no versions.

Usage: python3 scripts/generate/python-versions.py > test/fixtures/python-versions.json
"""

import json
import random
from itertools import groupby

from pip._vendor.packaging.version import InvalidVersion, Version

COUNT = 4_000
numbers = ["0", "0", "1", "2", "9", "10", "20240101", "00", "01", "12345678901234567890", "9" * 60]
separators = ["", ".", "-", "_"]
phases = ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "A", "RC", "Alpha"]
locals_ = ["cpu", "CPU", "cu118", "cpu.cxx11.abi", "cuda12.cudnn91", "ubuntu-1", "ubuntu_1", "1", "01", "10", "1.abc", "abc.1", "abc", "g1a2b3c4.d20240101"]
damages = ["+", "!1", ".", "-", "1.x", "+a..b", "=", "..1", "+é", "post.", "١"]

draw = random.Random(20261127)


def text():
    parts = [draw.choice(["", "", "", "v", "V", " ", "\t"]), draw.choice(["", "", "", "1!", "0!", "2!"])]
    parts.append(".".join(draw.choice(numbers) for _ in range(draw.randint(1, 4))))
    if draw.random() < 0.4:
        parts += [draw.choice(separators), draw.choice(phases), draw.choice(separators), draw.choice(["", "0", "1", "2", "10"])]
    if draw.random() < 0.3:
        parts.append(draw.choice([".post", "-post", "post", "_post", ".rev", "-r", ".POST", "-1", "-2", "-0"]))
        parts.append(draw.choice(["", "0", "1", "2"]))
    if draw.random() < 0.3:
        parts += [draw.choice([".dev", "-dev", "dev", "_dev", ".DEV"]), draw.choice(["", "0", "1", "2"])]
    if draw.random() < 0.3:
        parts += ["+", draw.choice(locals_)]
    if draw.random() < 0.1:
        parts.append(draw.choice(damages))
    return "".join(parts) + draw.choice(["", "", "", " ", "\n"])


def parse(one):
    try:
        return Version(one)
    except InvalidVersion:
        return None


texts = sorted({text() for _ in range(COUNT)})
parsed = sorted(((version, one) for one in texts if (version := parse(one))), key=lambda pair: pair[0])
ordered = [[one for _, one in group] for _, group in groupby(parsed, key=lambda pair: pair[0])]
invalid = [one for one in texts if parse(one) is None]
lines = ",\n".join(json.dumps(same, ensure_ascii=False) for same in ordered)
print(f'{{"ordered": [\n{lines}\n],\n"invalid": {json.dumps(invalid, ensure_ascii=False)}}}')
