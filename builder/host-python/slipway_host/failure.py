"""Errors that keep a plugin from starting, in the form that the builder reports (startErrorCodes in
src/contract/builder/instances.ts), and messages for plugin exceptions.
"""

import errno
import os
import socket


class StartFailure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


TEXT_MAX = 2000


# The builder's note about each limit (builder/server/python/python-command.ts): its value, the setting that raises
# it, and who may change it.
_limit_notes = {}
_NOTE_OF_ERRNO = {
    errno.ENOMEM: "memory",
    errno.ENOSPC: "temp",
    errno.EDQUOT: "temp",
    errno.EFBIG: "file",
    errno.EMFILE: "open_files",
}


# Explains a failed name lookup: the sandbox has no DNS, and requests to granted hosts go through a proxy that
# resolves their names.
NETWORK_NOTE = (
    'A plugin has no network but over HTTP to the hosts that manifest.py asks for, as in permissions = {"network": ["api.example.com"]}, '
    "and that an administrator grants with `slipway grants give`"
)
# Explains a missing environment variable, because other platforms pass secrets that way.
ENVIRONMENT_NOTE = (
    'A plugin gets no environment variables of yours. For a secret, ask in manifest.py, as in permissions = {"secrets": ["API_KEY"]}, '
    'and read it with `from shared.plugins.secrets import get` and get("API_KEY")'
)
_CAUSES_MAX = 10


def use_limit_notes(notes):
    _limit_notes.update(notes)


def message_of(error):
    """Returns the message of a plugin's exception, truncated. Never raises, even if the exception's own `__str__`
    does.

    If a limit caused the error, the message also names the limit and the setting that raises it. If the sandbox lacks
    what the plugin looked for, it says how to ask for it.
    """
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    text = text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…"
    note = limit_note(_limit_of(error, text)) or _note_of_missing(error)
    return f"{text.rstrip('.')}. {note}" if text and note else note or text


def limit_note(limit):
    """Returns an empty string for a limit without a note from the builder."""
    return _limit_notes.get(limit, "")


def _note_of_missing(error):
    if _is_failed_lookup(error):
        return NETWORK_NOTE
    return ENVIRONMENT_NOTE if _is_missing_variable(error) else ""


def _is_missing_variable(error):
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return isinstance(error, KeyError) and trace is not None and trace.tb_frame.f_code is type(os.environ).__getitem__.__code__


def _is_failed_lookup(error):
    """Clients such as requests and urllib wrap the lookup error in their own."""
    for _ in range(_CAUSES_MAX):
        if isinstance(error, socket.gaierror):
            return True
        reason = _reason_of(error)
        error = reason if isinstance(reason, BaseException) else error.__cause__ or error.__context__
        if error is None:
            break
    return False


def _reason_of(error):
    """Never raises, even if the plugin's own property does."""
    try:
        return getattr(error, "reason", None)
    except BaseException:
        return None


def _limit_of(error, text):
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and text == "can't start new thread":
        return "threads"
    return _NOTE_OF_ERRNO.get(getattr(error, "errno", None)) if isinstance(error, OSError) else None


def type_of(error):
    return str(type(error).__name__)[:200]
