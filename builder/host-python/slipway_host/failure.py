"""Errors that keep a plugin from starting, as the builder reports them (startErrorCodes in src/contract/builder.ts)."""


class StartFailure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


TEXT_MAX = 2000


def message_of(error):
    """Returns the text of a plugin's exception, truncated. Never raises, even if the exception's own `__str__` does."""
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    return text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…"


def type_of(error):
    return str(type(error).__name__)[:200]
