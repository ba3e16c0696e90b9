"""Tracebacks as the plugin's author sees them: their own files by the path in the archive, nothing of this machine."""

import os
import sysconfig
import traceback

from slipway_host.failure import message_of, type_of

_HOST = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STDLIB = sysconfig.get_paths()["stdlib"] + os.sep
_FRAMES_MAX = 50
_CAUSES_MAX = 5


class Traces:
    def __init__(self, code_root, shims_root):
        self._roots = [(code_root + os.sep, ""), (shims_root + os.sep, "<slipway>/"), (_STDLIB, "<python>/")]
        self._code_root = code_root + os.sep

    def place(self, error):
        """`file:line` of the innermost frame that is the plugin's own, or None."""
        for frame in reversed(_frames(error)):
            if frame.filename.startswith(self._code_root):
                return f"{frame.filename[len(self._code_root):]}:{frame.lineno}"
        return None

    def lines(self, error):
        lines = []
        for cause in _chain(error):
            if lines:
                lines.append("which led to:")
            lines.append("Traceback (most recent call last):")
            for frame in self._from_the_plugin_on(_frames(cause)):
                lines.append(f'  File "{self._short(frame.filename)}", line {frame.lineno}, in {frame.name}')
                if frame.line:
                    lines.append(f"    {frame.line}")
            lines.extend(f"{type_of(cause)}: {self.clean(message_of(cause))}".splitlines())
        return lines

    def clean(self, text):
        """Without the machine's folders in front of the plugin's own paths."""
        return text.replace(self._code_root, "")

    def _from_the_plugin_on(self, frames):
        """Without the way from the host to the plugin, and without the inner life of `import`."""
        own = [at for at, frame in enumerate(frames) if frame.filename.startswith(self._code_root)]
        return [frame for frame in frames[own[0] if own else 0 :] if not frame.filename.startswith((_HOST, "<frozen "))]

    def _short(self, filename):
        for root, name in self._roots:
            if filename.startswith(root):
                return name + filename[len(root) :]
        return "<elsewhere>/" + os.path.basename(filename)


def _frames(error):
    # From the traceback's inner end, and not all of a deep recursion.
    return traceback.extract_tb(error.__traceback__, limit=-_FRAMES_MAX)


def _chain(error):
    """The error and what caused it, the cause first."""
    chain, seen = [], set()
    while error is not None and id(error) not in seen and len(chain) < _CAUSES_MAX:
        chain.append(error)
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain[::-1]
