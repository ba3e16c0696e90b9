"""A column of the stand-in for a DataFrame."""

import itertools
import operator

from engine.frames.strict import SCALARS, NotInStandIn, Strict, is_missing

# Floats represent every integer up to this one exactly.
EXACT_MAX = 2**53


def _compared(symbol, compare):
    """Compares each value with the other column's, or with a single value. `None == None` is false, as in pandas."""

    def apply(self, other):
        pairs = zip(self._values, self._others(other, symbol))
        if symbol in ("==", "!="):
            of_missing = symbol == "!="
            return self._like(of_missing if is_missing(a) or is_missing(b) else compare(a, b) for a, b in pairs)
        try:
            return self._like(compare(a, b) for a, b in pairs)
        except TypeError as error:
            raise NotInStandIn(f"{symbol} between such values ({error})") from None

    return apply


def _of_bools(symbol, combine):
    def apply(self, other):
        others = list(self._others(other, symbol))
        self._require_bools(symbol)
        Column(others, self._labels)._require_bools(symbol)
        return self._like(combine(a, b) for a, b in zip(self._values, others))

    return apply


class Column(Strict):
    """A column's values, with the labels of their rows."""

    _kind = "a column"

    def __init__(self, values, labels):
        self._values = list(values)
        self._labels = labels

    def __len__(self):
        return len(self._values)

    def __iter__(self):
        return iter(self._values)

    def __getitem__(self, label):
        """Returns the value of the row with the label."""
        if type(label) is not int:
            raise NotInStandIn(f"[{label!r}] on a column")
        try:
            return self._values[self._labels.index(label)]
        except ValueError:
            raise KeyError(label) from None

    def __repr__(self):
        return f"Column({self._values})"

    __lt__ = _compared("<", operator.lt)
    __le__ = _compared("<=", operator.le)
    __eq__ = _compared("==", operator.eq)
    __ne__ = _compared("!=", operator.ne)
    __gt__ = _compared(">", operator.gt)
    __ge__ = _compared(">=", operator.ge)
    __and__ = _of_bools("&", operator.and_)
    __or__ = _of_bools("|", operator.or_)

    def __invert__(self):
        self._require_bools("~")
        return self._like(not value for value in self._values)

    def tolist(self):
        return list(self._values)

    to_list = tolist

    def apply(self, function):
        return self._mapped(function, "apply")

    def map(self, function):
        return self._mapped(function, "map")

    def astype(self, kind):
        if kind is not str or any(is_missing(value) for value in self._values):
            raise NotInStandIn(f"astype({kind!r}) on this column")
        return self._like(map(str, self._values))

    def fillna(self, value):
        if value is None or not isinstance(value, SCALARS):
            raise NotInStandIn(f"fillna({value!r})")
        return self._like(value if is_missing(one) else one for one in self._values)

    def isna(self):
        return self._like(map(is_missing, self._values))

    def notna(self):
        return self._like(not is_missing(value) for value in self._values)

    def _like(self, values):
        return Column(values, self._labels)

    def _mapped(self, function, name):
        if not callable(function):
            raise NotInStandIn(f"{name}({type(function).__name__})")
        return self._like(map(function, self._values))

    def _others(self, other, symbol):
        """Returns a value for each of this column's. Refuses numbers that pandas would round before it compares."""
        if isinstance(other, Column):
            if other._labels != self._labels:
                raise ValueError("Can only compare identically-labeled columns")
            others = other._values
        elif isinstance(other, SCALARS):
            others = itertools.repeat(other, len(self._values))
        else:
            raise NotInStandIn(f"{symbol} with {type(other).__name__}")
        others = list(others)
        mixed = {type(value) for value in itertools.chain(self._values, others)}
        if {int, float} <= mixed and any(type(v) is int and abs(v) > EXACT_MAX for v in itertools.chain(self._values, others)):
            raise NotInStandIn(f"{symbol} between floats and integers above 2**53")
        return others

    def _require_bools(self, symbol):
        if any(type(value) is not bool for value in self._values):
            raise NotInStandIn(f"{symbol} on a column with other values than True and False")
