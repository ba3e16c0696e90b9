"""Gives each call its own context variables: those that the plugin set while it was loaded, and the current call."""

import contextvars

from slipway_host.current_call import current

_UNSET = object()


class CallContexts:
    """Create this once the plugin is loaded, in the context that loaded it. `before` is a copy from before that."""

    def __init__(self, before):
        self._loaded = contextvars.copy_context()
        # Calls may change decimal's settings in place, so that each one needs a copy.
        self._copied = [(variable, value) for variable, value in self._loaded.items() if _is_decimal(value)]
        self._set = [(variable, value) for variable, value in self._loaded.items() if before.get(variable, _UNSET) is not value]

    def create(self):
        """Returns a call's context. Set its current call when you enter it."""
        context = self._loaded.copy()
        if self._copied:
            context.run(self._copy_settings)
        return context

    def create_within(self, call):
        """Returns a call's context that also has the caller's variables, which a server sets for each request."""
        context = contextvars.copy_context()
        context.run(self._set_all, call)
        return context

    def _set_all(self, call):
        current.set(call)
        for variable, value in self._set:
            variable.set(value)
        self._copy_settings()

    def _copy_settings(self):
        for variable, value in self._copied:
            variable.set(value.copy())


def run_for_call(context, run, *args):
    """Runs a part of the current call in another context."""
    call = current.get()
    context.run(current.set, call)
    return context.run(run, *args)


def _is_decimal(value):
    return type(value).__module__ == "decimal" and type(value).__name__ == "Context"
