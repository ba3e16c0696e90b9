"""Puts the rows that a step returns in the order of those that it got, or raises FrameFault."""

from collections import Counter

from engine.frames.exact import FrameFault, is_pandas, names_in, values_in


class Unclear(FrameFault):
    """Raised if rows may have moved, and nothing says where. With a single row, nothing can."""


def snapshot(frame):
    """Returns each column's values, to compare them with what a step returns."""
    return {name: values_in(frame, name) for name in names_in(frame)}


def in_order(result, before, count):
    """Returns the result with its rows in the order of the step's input, and its snapshot. `before` is the input's.
    pandas' index tells rows apart. Raises FrameFault if rows were added or dropped, or their identity is lost.
    """
    if not hasattr(result, "columns"):
        raise FrameFault(f"must return the batch, not {type(result).__name__}")
    if len(result) != count:
        raise FrameFault(f"returned {len(result)} rows for {count}; it must return one row for each")
    if is_pandas(result):
        result = _by_index(result, count)
    after = snapshot(result)
    if count > 1:
        _check_columns(before, after)
    return result, after


def _by_index(result, count):
    """A named index is a column that the step has moved there, even if its values look like the batch's labels."""
    named = [name for name in result.index.names if name is not None]
    if named:
        raise FrameFault(f"returned {named[0]!r} as the index; call reset_index() to return it as a column")
    labels = result.index.tolist()
    if labels == list(range(count)):
        return result
    positions = {label: at for at, label in enumerate(labels)} if _is_hashable(labels) else {}
    if len(positions) == count and all(label in positions for label in range(count)):
        return result.iloc[[positions[label] for label in range(count)]].reset_index(drop=True)
    if count > 1:
        raise Unclear("returned an index that isn't the batch's")
    return result.reset_index(drop=True)


def _check_columns(before, after):
    """Raises Unclear if a column has its values in another order, or integers that were rounded."""
    for name, values in after.items():
        if name not in before or _are_equal(before[name], values):
            continue
        if _counted(before[name]) == _counted(values):
            raise Unclear("moved rows and lost their index")
        if _are_rounded(before[name], values):
            raise Unclear(f"rounded the integers of {name!r}")


def _are_equal(left, right):
    try:
        return bool(left == right)
    except Exception:  # arrays have no single answer
        return False


def _are_rounded(before, values):
    """Returns whether the column had more than integers, and one of them isn't the same as a float. pandas turns such a
    column into floats without being asked.
    """
    is_mixed = set(map(type, before)) != {int}
    return is_mixed and any(type(a) is int and type(b) is float and a != b == float(a) for a, b in zip(before, values))


def _counted(values):
    return Counter((type(value), value if _is_hashable([value]) else id(value)) for value in values)


def _is_hashable(values):
    try:
        for value in values:
            hash(value)
    except TypeError:
        return False
    return True
