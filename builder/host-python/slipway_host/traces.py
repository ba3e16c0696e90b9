"""Formats tracebacks for the plugin's author: with archive paths, and without this machine's paths."""

import os
import sysconfig
import traceback

from slipway_host.failure import message_of, type_of
from slipway_host.package import hint_of_hidden_module

_HOST = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STDLIB = sysconfig.get_paths()["stdlib"] + os.sep
_FRAMES_MAX = 50
_CAUSES_MAX = 5


class Traces:
    def __init__(self, code_root, shims_root, packages=None):
        self._roots = [(code_root + os.sep, ""), (shims_root + os.sep, "<slipway>/"), (_STDLIB, "<python>/")]
        # In messages, a package's own path is enough.
        self._in_messages = [*self._roots, *([] if packages is None else [(packages + os.sep, "")])]
        if packages is not None:
            self._roots.append((packages + os.sep, "<packages>/"))
        self._code_root = code_root + os.sep

    def place(self, error):
        """Returns `file:line` of the innermost frame in the plugin's own code, or None."""
        for frame in reversed(_frames(error)):
            if frame.filename.startswith(self._code_root):
                return f"{frame.filename[len(self._code_root):]}:{frame.lineno}"
        return None

    def place_of_frame(self, frame):
        """Returns `file:line` of a running thread's innermost frame in the plugin's own code, or None."""
        while frame is not None:
            if frame.f_code.co_filename.startswith(self._code_root):
                return f"{frame.f_code.co_filename[len(self._code_root) :]}:{frame.f_lineno}"
            frame = frame.f_back
        return None

    def lines(self, error):
        lines = []
        for cause in _chain(error):
            if lines:
                lines.append("The above exception led to:")
            frames = self._plugin_frames(_frames(cause))
            if frames:
                lines.append("Traceback (most recent call last):")
            for frame in frames:
                lines.append(f'  File "{self._short(frame.filename)}", line {frame.lineno}, in {frame.name}')
                if frame.line:
                    lines.append(f"    {frame.line}")
            lines.extend(f"{type_of(cause)}: {self.message(cause)}".splitlines())
        return lines

    def message(self, error):
        """Returns the error's message without this machine's paths, with a hint if the import system explains it."""
        message = self.clean(message_of(error))
        hint = hint_of_hidden_module(error, self._code_root)
        return f"{message}. {hint}" if hint else message

    def clean(self, text):
        """Removes this machine's folders from the paths of files that a plugin can import."""
        for folder, name in self._in_messages:
            text = text.replace(folder, name)
        return text

    def _plugin_frames(self, frames):
        """Drops the host's frames before the plugin's first one, and all frames of the import machinery."""
        own = [at for at, frame in enumerate(frames) if frame.filename.startswith(self._code_root)]
        return [frame for frame in frames[own[0] if own else 0 :] if not frame.filename.startswith((_HOST, "<frozen "))]

    def _short(self, filename):
        for root, name in self._roots:
            if filename.startswith(root):
                return name + filename[len(root) :]
        return "<elsewhere>/" + os.path.basename(filename)


def _frames(error):
    # Keeps only the innermost frames of a deep recursion.
    return traceback.extract_tb(error.__traceback__, limit=-_FRAMES_MAX)


def _chain(error):
    """Returns the error and its causes, first cause first."""
    chain, seen = [], set()
    while error is not None and id(error) not in seen and len(chain) < _CAUSES_MAX:
        chain.append(error)
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain[::-1]
