"""Converts values in a batch's columns to JSON types: numeric libraries' arrays and scalars, and times."""

import math

LEVELS_MAX = 100
# Types that pandas uses for missing values.
MISSING = ("NAType", "NaTType")


class NotPlain(Exception):
    """Raised if the value can't be sent. The text describes the value and completes a sentence."""


def plain(value, levels=LEVELS_MAX):
    if levels == 0:
        raise NotPlain(f"nests deeper than {LEVELS_MAX} levels")
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return {str(key): plain(item, levels - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, levels - 1) for item in value]
    return _converted(value, levels)


def _number(value):
    """pandas represents a missing number as NaN."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise NotPlain("has a number that is not finite")
    return float(value)


def _converted(value, levels):
    name = type(value).__name__
    if name in MISSING:
        return None
    for method in ("tolist", "item", "isoformat"):
        convert = getattr(value, method, None)
        if callable(convert):
            converted = convert()
            if type(converted) is not type(value):
                return plain(converted, levels - 1)
    raise NotPlain(f"has a value of the type {name}, which JSON can't carry")
