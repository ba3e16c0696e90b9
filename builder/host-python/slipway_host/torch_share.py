"""Limits what torch allocates on a GPU to the process's share, so that exceeding it is an ordinary out-of-memory error.
Without a limit, torch takes what it can, and the builder ends the process.
"""

import importlib.abc
import importlib.util
import sys


def limit_torch(share_bytes):
    """Sets the limit once the plugin imports torch. A plugin without torch pays nothing."""
    sys.meta_path.insert(0, _AfterTorch(share_bytes))


class _AfterTorch(importlib.abc.MetaPathFinder):
    def __init__(self, share_bytes):
        self._share_bytes = share_bytes

    def find_spec(self, name, path=None, target=None):
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            self._follow(spec.loader)
        return spec

    def _follow(self, loader):
        execute = loader.exec_module

        def execute_then_limit(module):
            execute(module)
            _set_share(module.cuda, self._share_bytes)

        loader.exec_module = execute_then_limit


def _set_share(cuda, share_bytes):
    """A torch without CUDA has nothing to limit."""
    if cuda.is_available():
        total = cuda.get_device_properties(0).total_memory
        cuda.set_per_process_memory_fraction(min(1.0, share_bytes / total), 0)
