"""Runs a step, and puts the rows that it returns in the order of those that it got, or raises FrameFault."""

from collections import Counter

from engine.frames.exact import FrameFault, is_pandas, names_in, values_in
from engine.frames.strict import is_missing
from engine.frames.table import have_same_rows


class Reshaped(FrameFault):
    """Raised if a step adds, drops or moves rows, and nothing says where each one is. Running the rows alone would hide it."""


def snapshot(frame):
    """Returns each column's values, to compare them with what a step returns."""
    return {name: values_in(frame, name) for name in names_in(frame)}


def run_in_order(step, frame, before):
    """Runs the step. Returns its result with the rows in the order of the frame's, and the result's snapshot. `before` is the
    frame's. pandas' index tells rows apart. Raises FrameFault if rows were added or dropped, or their identity is lost.
    """
    count, keeps_rows = len(frame), _rows_check(frame)
    result = step(frame)
    if not hasattr(result, "columns"):
        raise FrameFault(f"must return the batch, not {type(result).__name__}")
    if len(result) != count:
        raise Reshaped(f"returned {len(result)} rows for {count}; it must return one row for each")
    is_in_place = keeps_rows(result)
    if is_pandas(result):
        result = _by_index(result, count)
    after = snapshot(result)
    if count > 1:
        if not is_in_place:
            _check_order(before, after)
        _check_integers(before, after)
    return result, after


def _rows_check(frame):
    """Returns a function that tells whether a result has the frame's own labels, which says that no row moved. The frame's
    index is read now, because a step may replace it.
    """
    if is_pandas(frame):
        index = frame.index
        return lambda result: is_pandas(result) and result.index.is_(index)
    return lambda result: have_same_rows(result, frame)


def _by_index(result, count):
    """Returns the result in the order of its labels. A named index is a column that the step has moved there, even if its
    values look like the batch's labels.
    """
    named = [name for name in result.index.names if name is not None]
    if named:
        raise Reshaped(f"returned {named[0]!r} as the index; call reset_index() to return it as a column")
    labels = result.index.tolist()
    if labels == list(range(count)):
        return result
    positions = {label: at for at, label in enumerate(labels)} if _is_hashable(labels) else {}
    if len(positions) == count and all(label in positions for label in range(count)):
        return result.iloc[[positions[label] for label in range(count)]].reset_index(drop=True)
    if count > 1:
        raise Reshaped("returned an index that isn't the batch's; keep the batch's index")
    return result.reset_index(drop=True)


def _check_order(before, after):
    """Raises Reshaped if values have moved between rows. A new index says nothing about the rows, so the columns that the
    step kept must.
    """
    kept = [name for name in after if name in before]
    changed = [name for name in kept if not _are_equal(before[name], after[name])]
    if not changed or _tell_rows_apart([before[name] for name in kept if name not in changed]):
        return
    was, now = ([_keys(values[name]) for name in kept] for values in (before, after))
    is_repeated = (len(kept) > 1 or len(before) == 1) and set(zip(*was)).issuperset(zip(*now))
    if was != now and (is_repeated or any(a != b and Counter(a) == Counter(b) for a, b in zip(was, now))):
        raise Reshaped("returned other rows or another order, with a new index; keep the batch's index")


def _tell_rows_apart(columns):
    rows = list(zip(*filter(_is_hashable, columns)))
    return len(rows) > 0 and len(set(rows)) == len(rows)


def _keys(values):
    """Returns a key for each value, equal for equal values. Missing values are equal, and an integer equals its float."""
    return [None if is_missing(value) else value if _is_hashable([value]) else repr(value) for value in values]


def _check_integers(before, after):
    """Raises FrameFault if integers were rounded. A row alone has no neighbors that would do so."""
    for name, values in after.items():
        if name in before and not _are_equal(before[name], values) and _are_rounded(before[name], values):
            raise FrameFault(f"rounded the integers of {name!r}")


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


def _is_hashable(values):
    try:
        for value in values:
            hash(value)
    except TypeError:
        return False
    return True
