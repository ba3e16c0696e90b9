"""Runs a step on some rows of a batch, and puts its results back: added, changed and removed columns."""

from engine.frames.exact import FrameFault, is_pandas, names_in, series_of, values_in
from engine.frames.identity import run_in_order, snapshot


def run_on(batch, chosen, step):
    """Runs the step on the chosen rows. Returns the batch, and the cells that aren't there, as the rows' positions by
    column: an added column exists for the chosen rows only, a removed one for the others.
    """
    if not hasattr(batch, "reset_index"):
        raise FrameFault(f"takes some rows only, which needs a pandas DataFrame, not {type(batch).__module__}'s")
    rows = [at for at, is_chosen in enumerate(chosen) if is_chosen]
    part = _part_of(batch, chosen)
    _pass_ids(batch, part, rows)
    result, _ = run_in_order(step, part, snapshot(part))
    return _merged(batch, result, rows)


def _part_of(batch, chosen):
    """Its columns have the types that they would have without the other rows."""
    part = batch[chosen].reset_index(drop=True)
    if is_pandas(part):
        for name in names_in(part):
            if part[name].dtype == object:
                part[name] = series_of(values_in(part, name), part.index)
    return part


def _pass_ids(batch, part, rows):
    """Gives a part its rows' IDs. Batches have IDs only during a run."""
    ids = getattr(batch, "attrs", {}).get("row_ids")
    if ids is not None:
        part.attrs["row_ids"] = [ids[at] for at in rows]


def _merged(batch, result, rows):
    absent, given, returned = {}, names_in(batch), names_in(result)
    others = set(range(len(batch))) - set(rows)
    for name in returned:
        _put(batch, name, result, rows)
        if name not in given:
            absent[name] = others
    for name in given:
        if name not in returned:
            _put(batch, name, None, rows)
            absent[name] = set(rows)
    return batch, absent


def _put(batch, name, result, rows):
    """Sets the rows' cells to the result's, or to None. Keeps a column's type if it can hold them."""
    is_new = name not in names_in(batch)
    if is_pandas(batch) and (result is None or is_pandas(result)):
        batch[name] = _series(None if is_new else batch[name], None if result is None else result[name], rows, batch.index)
        return
    values = [None] * len(batch) if is_new else values_in(batch, name)
    _fill(values, [None] * len(rows) if result is None else values_in(result, name), rows)
    batch[name] = series_of(values, batch.index) if is_pandas(batch) else values


def _series(column, part, rows, index):
    """`column` is None if the batch doesn't have it, `part` if the result doesn't."""
    kinds = {one.dtype for one in (column, part) if one is not None}
    if len(kinds) == 1 and _keeps_type(*kinds, has_gaps=column is None or part is None):
        if column is None:
            return part.set_axis(rows).reindex(index)
        filled = column.copy()
        filled.iloc[rows] = None if part is None else part.array
        return filled
    values = [None] * len(index) if column is None else column.tolist()
    _fill(values, [None] * len(rows) if part is None else part.tolist(), rows)
    return series_of(values, index)


def _keeps_type(dtype, has_gaps):
    """Returns whether a column of the type can take cells of the same type, and gaps if there are any."""
    if dtype.kind == "O" or "Sparse" in str(dtype):
        return False
    is_extension = not hasattr(dtype, "isbuiltin")
    return is_extension or not has_gaps or dtype.kind in "fmM"


def _fill(values, cells, rows):
    for at, cell in zip(rows, cells, strict=True):
        values[at] = cell
