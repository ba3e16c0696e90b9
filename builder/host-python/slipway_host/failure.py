"""Errors that keep a plugin from starting, as the builder reports them (startErrorCodes in src/contract/builder/instances.ts), and the texts of its
exceptions.
"""

import errno


class StartFailure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


TEXT_MAX = 2000


# Texts of the builder about each limit (builder/server/python/python-command.ts): its value, what raises it, and who may.
_limit_notes = {}
_NOTE_OF_ERRNO = {
    errno.ENOMEM: "memory",
    errno.ENOSPC: "temp",
    errno.EDQUOT: "temp",
    errno.EFBIG: "file",
    errno.EMFILE: "open_files",
}


def use_limit_notes(notes):
    _limit_notes.update(notes)


def message_of(error):
    """Returns the text of a plugin's exception, truncated. Never raises, even if the exception's own `__str__` does.

    An error that comes from a limit is followed by what the limit is, and what raises it.
    """
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    text = text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…"
    note = limit_note(_limit_of(error, text))
    return f"{text.rstrip('.')}. {note}" if text and note else note or text


def limit_note(limit):
    """Returns an empty text for a limit that the builder says nothing of."""
    return _limit_notes.get(limit, "")


def _limit_of(error, text):
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and text == "can't start new thread":
        return "threads"
    return _NOTE_OF_ERRNO.get(getattr(error, "errno", None)) if isinstance(error, OSError) else None


def type_of(error):
    return str(type(error).__name__)[:200]
