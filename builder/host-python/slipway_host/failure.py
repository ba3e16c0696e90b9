"""Why a plugin doesn't start, as the builder reports it (startErrorCodes of src/contract/builder.ts)."""


class StartFailure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


TEXT_MAX = 2000


def message_of(error):
    """The text of a plugin's exception, never longer than a caller wants to read, and never a second failure."""
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    return text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…"


def type_of(error):
    return str(type(error).__name__)[:200]
