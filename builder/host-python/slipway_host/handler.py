"""Finds a plugin's realtime handler: the three documented shapes, in the order of plugin format §5."""

import inspect
from typing import Any, NamedTuple

from slipway_host.failure import StartFailure

_SUFFIX = "InferenceService"
_HANDLER = "RealtimeHandler"
_METHODS = ("run_inference", "__call__", "predict")


def find_class(module):
    """The first class ending in InferenceService that isn't a Base…, then RealtimeHandler. Own classes go before imported ones."""
    classes = [(name, value) for name, value in vars(module).items() if inspect.isclass(value)]
    services = [pair for pair in classes if pair[0].endswith(_SUFFIX) and not pair[0].startswith("Base")]
    services.sort(key=lambda pair: pair[1].__module__ != module.__name__)
    if services:
        return services[0][1]
    return next((value for name, value in classes if name == _HANDLER), None)


class Method(NamedTuple):
    name: str
    is_async: bool

    def bound_to(self, handler):
        return Invocation(getattr(handler, self.name), self.name, self.is_async)


def find_method(found):
    """run_inference, then a `__call__` of its own, then predict; raises StartFailure when there is none."""
    for name in _METHODS:
        function = _own_attribute(found, name)
        if callable(function):
            return Method(name, inspect.iscoroutinefunction(function))
    wanted = ", ".join(_METHODS[:-1]) + f" or {_METHODS[-1]}"
    raise StartFailure("handler-missing", f"class {found.__name__} of realtime.py has no method {wanted}")


def _own_attribute(found, name):
    """Not what the base class of the shim or `object` brings along."""
    for cls in found.__mro__:
        if name in vars(cls):
            base = cls is object or cls.__module__ == "shared.plugins.inference.serve"
            return None if base else getattr(found, name)
    return None


class Invocation(NamedTuple):
    method: Any
    name: str
    is_async: bool

    def __call__(self, inputs, parameters):
        if self.name == "predict":
            # The request holds the inputs' keys and both objects; an input of that name wins.
            return self.method({"inputs": inputs, "parameters": parameters, **inputs})
        return self.method(inputs, parameters)
