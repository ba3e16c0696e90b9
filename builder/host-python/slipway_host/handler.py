"""Finds a plugin's realtime handler in one of the three documented shapes, in the order of plugin format §5."""

import inspect
import re
from typing import Any, NamedTuple

from slipway_host.call_contexts import CallContexts
from slipway_host.failure import StartFailure
from slipway_host.messages import read_call

_SUFFIX = "InferenceService"
_HANDLER = "RealtimeHandler"
# What Slipway passes to each method.
_PASSED = {
    "run_inference": ("inputs", "parameters"),
    "__call__": ("inputs", "parameters"),
    "predict": ("request",),
    "run_many": ("inputs", "parameters"),
}
# The methods for single calls, in the order of preference, and the one for batches.
_METHODS = ("run_inference", "__call__", "predict")
_RUN_MANY = "run_many"
_NEEDS_MANY = 'which serve_config["batching"] in manifest.py needs; define run_many(self, inputs, parameters)'
_NEEDS_BATCHING = 'which gets batches of calls; set serve_config = {"batching": {}} in manifest.py, or define run_inference'
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
# Types of arguments that can't be a request, which is a dict.
_NOT_REQUESTS = ("str", "int", "float", "bool", "bytes", "list", "List", "Path")
# The last part of the type's name in an annotation, such as `typing.List[str]` or `str | None`.
_FIRST_TYPE = re.compile(r"(?:\w+\.)*(\w*)")


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


def find_method(handler_class, batches=False):
    """Returns run_many for batches; otherwise run_inference, the handler's own `__call__`, or predict. Raises StartFailure if
    the handler has none of them.
    """
    for name in [_RUN_MANY] if batches else _METHODS:
        function = _own_attribute(handler_class, name)
        if callable(function):
            _check_arguments(handler_class, name)
            return Method(name, inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function))
    if batches:
        raise StartFailure("handler-missing", f"class {handler_class.__name__} in realtime.py has no method {_RUN_MANY}, {_NEEDS_MANY}")
    if callable(_own_attribute(handler_class, _RUN_MANY)):
        raise StartFailure("handler-missing", f"class {handler_class.__name__} in realtime.py has only {_RUN_MANY}, {_NEEDS_BATCHING}")
    names = ", ".join(_METHODS[:-1]) + f" or {_METHODS[-1]}"
    raise StartFailure("handler-missing", f"class {handler_class.__name__} in realtime.py has no method {names}; define one")


def _check_arguments(handler_class, name):
    """Raises StartFailure if the method can't take what Slipway passes, or would take the request for an input."""
    method = inspect.getattr_static(handler_class, name)
    is_static = isinstance(method, staticmethod)
    function = method.__func__ if isinstance(method, (staticmethod, classmethod)) else method
    if not inspect.isfunction(function):
        return
    signature, passed = inspect.signature(function, follow_wrapped=False), _PASSED[name]
    qualified, declared = f"{handler_class.__name__}.{name}", f"{name}(self, {', '.join(passed)})"
    if not _can_take(signature, len(passed) + (0 if is_static else 1)):
        what = "a request" if name == "predict" else " and ".join(passed)
        raise StartFailure("handler-missing", f"{qualified} cannot be called with {what}. Declare it as {declared}.")
    parameters = list(signature.parameters.values())[0 if is_static else 1 :]
    if name == "predict" and parameters and _is_for_inputs(parameters[0]):
        first = parameters[0].name
        raise StartFailure(
            "handler-missing",
            f"{qualified} takes inputs as arguments, but Slipway passes the whole request as {first}. "
            f"Declare it as {declared}, and read request[{first!r}].",
        )


def _can_take(signature, count):
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _is_for_inputs(first):
    """Returns whether predict takes an input first, as in other tools, rather than a request. Only a type says so."""
    if first.kind in _VARIABLE or first.name == "request" or first.annotation is first.empty:
        return False
    annotation = getattr(first.annotation, "__name__", str(first.annotation))
    return _FIRST_TYPE.match(annotation)[1] in _NOT_REQUESTS


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
            # The parameters may be fixed for the caller, so an input named `parameters` is only in `request["inputs"]`.
            return self.method({"inputs": inputs, **inputs, "parameters": parameters})
        return self.method(inputs, parameters)
