"""Makes aiohttp use the environment's proxy, as other HTTP clients do. By default, its sessions ignore the proxy,
which is a plugin's only way to reach its granted hosts.
"""

import importlib.machinery
import os
import sys

_MODULE = "aiohttp.client"
_CLASS = "ClientSession"
_OPTION = "trust_env"


def use_proxy_by_default():
    """Call this before any plugin code runs. aiohttp is loaded only when the plugin imports it."""
    if "HTTP_PROXY" in os.environ:
        sys.meta_path.insert(0, _Finder())


class _Finder:
    def find_spec(self, name, path, target=None):
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            _change_default_after(spec.loader)
        return spec


def _change_default_after(loader):
    execute = loader.exec_module

    def execute_and_change(module):
        execute(module)
        # Changes the default of a keyword-only parameter: a session created with `trust_env=False` still gets
        # False.
        session = getattr(module, _CLASS, None)
        defaults = getattr(getattr(session, "__init__", None), "__kwdefaults__", None) or {}
        if _OPTION in defaults:
            defaults[_OPTION] = True

    loader.exec_module = execute_and_change
