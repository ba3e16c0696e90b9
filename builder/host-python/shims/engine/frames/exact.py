"""Builds and reads frames without changing a value: pandas', the stand-in's, polars' and pyarrow's."""

import functools

from engine.frames.table import Table, cells_of

INT64 = range(-(2**63), 2**63)


class FrameFault(ValueError):
    """Raised for a frame that no rows can be read from. The text continues a sentence about the step."""


@functools.cache
def pandas():
    """Returns pandas, or None if it isn't installed."""
    try:
        import pandas
    except ImportError:
        return None
    return pandas


def frame_of(data, count):
    """Returns a frame of the columns' values. `count` is the number of rows, even without columns."""
    library = pandas()
    if library is None:
        return Table({column: cells_of(values) for column, values in data.items()}, count)
    index = library.RangeIndex(count)
    return library.DataFrame({column: series_of(values, index) for column, values in data.items()}, index=index)


def series_of(values, index):
    """Returns a Series of a type that holds each value as it is. `object` does, but the usual types compute faster."""
    kinds = set(map(type, values))
    if kinds == {int} and all(value in INT64 for value in values):
        dtype = "int64"
    elif kinds == {bool}:
        dtype = "bool"
    elif float in kinds and kinds <= {float, type(None)}:
        dtype = "float64"
    else:
        dtype = object
        values = _array_of(values)
    return pandas().Series(values, dtype=dtype, index=index)


def _array_of(values):
    """numpy would take lists of one length for further dimensions."""
    import numpy

    array = numpy.empty(len(values), dtype=object)
    for at, value in enumerate(values):
        array[at] = value
    return array


def is_pandas(frame):
    library = pandas()
    return library is not None and isinstance(frame, library.DataFrame)


def names_in(frame):
    """Returns the columns' names. Raises FrameFault if a row can't have them."""
    if is_pandas(frame):
        names = frame.columns.tolist()
    else:
        names = list(frame.column_names if hasattr(frame, "column_names") else frame.columns)
    if names and is_pandas(frame) and frame.columns.nlevels > 1:
        raise FrameFault(f"returned columns with names of several levels, such as {names[0]!r}")
    texts = {}
    for name in names:
        if str(name) in texts:
            other = texts[str(name)]
            which = "" if type(name) is type(other) else f" ({other!r} and {name!r})"
            raise FrameFault(f"returned two columns named {str(name)!r}{which}")
        texts[str(name)] = name
    return names


def values_in(frame, name):
    """Returns a column's values as Python's, or as the library's scalars where Python has none."""
    column = frame[name]
    if is_pandas(frame):
        return column.tolist()
    if type(column).__module__.partition(".")[0] == "polars":
        return _polars_values(column)
    for method in ("to_pylist", "tolist", "to_list"):
        convert = getattr(column, method, None)
        if callable(convert):
            return convert()
    return list(column)


def _polars_values(series):
    if not _has_nanoseconds(series.dtype):
        return series.to_list()
    if _name_of(series.dtype) in ("Datetime", "Time"):
        return series.dt.to_string("iso:strict").to_list()
    raise FrameFault(f"returned the column {series.name!r} with nanoseconds, which Python can't hold in {series.dtype}")


def _has_nanoseconds(dtype):
    """Returns whether polars' type has times that Python's would cut off, in any of its parts."""
    if _name_of(dtype) == "Time" or getattr(dtype, "time_unit", None) == "ns":
        return True
    parts = [getattr(dtype, "inner", None), *(field.dtype for field in getattr(dtype, "fields", ()))]
    return any(part is not None and _has_nanoseconds(part) for part in parts)


def _name_of(dtype):
    return dtype.base_type().__name__
