"""Finds a plugin's realtime handler in one of the three documented shapes, in the order of plugin format §5."""

import inspect
from typing import Any, NamedTuple

from slipway_host.call_contexts import CallContexts
from slipway_host.failure import StartFailure
from slipway_host.messages import read_call

_SUFFIX = "InferenceService"
_HANDLER = "RealtimeHandler"
_METHODS = ("run_inference", "__call__", "predict")


def find_class(module):
    """Returns the first class named …InferenceService but not Base…, or else RealtimeHandler.

    Classes defined in the module take precedence over imported ones.
    """
    classes = [(name, value) for name, value in vars(module).items() if inspect.isclass(value)]
    services = [pair for pair in classes if pair[0].endswith(_SUFFIX) and not pair[0].startswith("Base")]
    services.sort(key=lambda pair: pair[1].__module__ != module.__name__)
    if services:
        return services[0][1]
    return next((value for name, value in classes if name == _HANDLER), None)


class Method(NamedTuple):
    name: str
    is_async: bool

    def bound_to(self, handler, contexts):
        return Invocation(getattr(handler, self.name), self.name, self.is_async, contexts)


def find_method(handler_class):
    """Returns run_inference, the handler's own `__call__`, or predict. Raises StartFailure if the handler has none of
    them.
    """
    for name in _METHODS:
        function = _own_attribute(handler_class, name)
        if callable(function):
            return Method(name, inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function))
    names = ", ".join(_METHODS[:-1]) + f" or {_METHODS[-1]}"
    raise StartFailure("handler-missing", f"class {handler_class.__name__} in realtime.py has no method {names}; define one")


def _own_attribute(handler_class, name):
    """Returns the attribute unless it comes from the shim's base class or from `object`."""
    for cls in handler_class.__mro__:
        if name in vars(cls):
            base = cls is object or cls.__module__ == "shared.plugins.inference.serve"
            return None if base else getattr(handler_class, name)
    return None


class Invocation(NamedTuple):
    method: Any
    name: str
    is_async: bool
    contexts: CallContexts

    read = staticmethod(read_call)

    def __call__(self, inputs, parameters):
        if self.name == "predict":
            # The request has the inputs' keys plus `inputs` and `parameters`. If an input has one of those names,
            # the input wins.
            return self.method({"inputs": inputs, "parameters": parameters, **inputs})
        return self.method(inputs, parameters)
