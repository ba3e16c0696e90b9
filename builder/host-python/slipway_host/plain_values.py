"""Converts values to JSON types, exactly: numeric libraries' arrays and scalars, and times."""

import math
import operator

LEVELS_MAX = 100
# Types that pandas uses for missing values.
MISSING = ("NAType", "NaTType")
_SCALARS = {type(None), bool, int, float, str}


class NotPlain(Exception):
    """Raised if the value can't be sent. The text describes the value and completes a sentence."""


def is_missing(value):
    return value is None or isinstance(value, float) and math.isnan(value) or type(value).__name__ in MISSING


def plain(value, levels=LEVELS_MAX):
    if levels == 0:
        raise NotPlain(f"nests deeper than {LEVELS_MAX} levels")
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return dict(zip(key_texts(value), [plain(item, levels - 1) for item in value.values()]))
    if isinstance(value, (list, tuple)):
        return [plain(item, levels - 1) for item in value]
    return None if is_missing(value) else plain(converted(value), levels - 1)


def _number(value):
    """pandas represents a missing number as NaN."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise NotPlain("has a number that is not finite")
    return float(value)


def converted(value):
    """Converts an array, scalar or time by the method that its library has for it. Raises NotPlain."""
    name = type(value).__name__
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind == "M" and type(value).__module__ == "numpy":
        return _times(value.astype(str).tolist())
    if kind in ("m", "V") or isinstance(value, memoryview):
        name = name if kind is None else value.dtype
        raise NotPlain(f"has a value of the type {name}, which JSON can't carry")
    for method in ("tolist", "item", "isoformat"):
        convert = getattr(value, method, None)
        if callable(convert):
            result = convert()
            if type(result) is not type(value):
                return result
    raise NotPlain(f"has a value of the type {name}, which JSON can't carry")


def _times(texts):
    """numpy itself converts times with nanoseconds to integers, so they are taken as texts."""
    if isinstance(texts, list):
        return [_times(text) for text in texts]
    return None if texts == "NaT" else texts


def key_texts(value):
    """Returns an object's keys as JSON has them. Raises NotPlain if two are the same text."""
    texts = [key if type(key) is str else _key_text(key) for key in value]
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise NotPlain(f"has an object with two keys {twice!r}")
    return texts


def _key_text(key):
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, float):
        return float.__repr__(key)
    if hasattr(key, "__index__"):
        return str(operator.index(key))
    text = converted(key)
    if isinstance(text, str):
        return text
    raise NotPlain(f"has an object with a key of the type {type(key).__name__}, which JSON can't carry")


def check_keys(value):
    """Raises NotPlain if an object in the value has two keys of one text, such as 1 and "1": JSON's encoder sends both."""
    if isinstance(value, dict):
        if set(map(type, value)) != {str}:
            key_texts(value)
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for kind in set(map(type, value)) - _SCALARS:
        if issubclass(kind, (dict, list, tuple)):
            for item in value:
                if type(item) is kind:
                    check_keys(item)
