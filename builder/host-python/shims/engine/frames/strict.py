"""Refuses what the stand-in for pandas does not do exactly as pandas does."""

SCALARS = (type(None), bool, int, float, str)


class NotInStandIn(AttributeError, TypeError):
    """Raised for what only pandas can do. The text has the line to add."""

    def __init__(self, what):
        super().__init__(f'{what} needs pandas, which is not installed: add "pandas" to dependencies in manifest.py, or to requirements.txt')


def is_missing(value):
    return value is None or isinstance(value, float) and value != value


def _refusing(what):
    def refuse(self, *_):
        raise NotInStandIn(f"{what} on {self._kind}")

    return refuse


class Strict:
    """Refuses what the subclass doesn't define. Otherwise Python would answer, for example, == with one bool."""

    _kind = "a batch"
    __hash__ = None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInStandIn(f".{name} on {self._kind}")

    def __setattr__(self, name, value):
        """Sets the class's own attributes. Without this, `batch.index = …` would have no effect."""
        if name != "attrs" and not name.startswith("_"):
            raise NotInStandIn(f".{name} = … on {self._kind}")
        super().__setattr__(name, value)

    def __bool__(self):
        raise ValueError(f"the truth value of {self._kind} is ambiguous; use .empty or a loop over its values")


_ARITHMETIC = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "and", "xor", "or")
_OPERATIONS = (
    *("lt", "le", "eq", "ne", "gt", "ge"),
    *(name for operation in _ARITHMETIC for name in (operation, f"r{operation}")),
    *("neg", "pos", "abs", "invert", "setitem", "delitem", "contains"),
)
for _name in _OPERATIONS:
    setattr(Strict, f"__{_name}__", _refusing(f"the operator {_name}"))
