"""Makes a plugin's folder a package. Its modules also have the names that they have in the folder: `from . import state`
and `import state` give the same module.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import sys
import types
from importlib.machinery import PathFinder

SHIMS = ("shared", "engine", "slipway")
# A plugin's modules never replace these.
RESERVED = frozenset((*sys.stdlib_module_names, *sys.builtin_module_names, *SHIMS))


def make_package(code_root, name):
    """Returns the package's name. Adds a suffix if Python, a shim or a package already uses the plugin's name."""
    if name in RESERVED or _is_installed(name, code_root):
        name += "_plugin"
    init = os.path.join(code_root, "__init__.py")
    loader = None if os.path.isfile(init) else _EmptyPackage(name, init)
    spec = importlib.util.spec_from_file_location(name, init, loader=loader, submodule_search_locations=[code_root])
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    sys.meta_path.insert(0, _FolderNames(name, code_root))
    spec.loader.exec_module(package)
    return name


def _is_installed(name, code_root):
    found = PathFinder.find_spec(name, [path for path in sys.path if path != code_root])
    return found is not None and found.origin is not None


def hint_of_hidden_module(error, code_root):
    """Returns what to do if another module hides the plugin's module that an import or an attribute failed in. Otherwise
    returns an empty string.
    """
    name = error.name if isinstance(error, ImportError) else _module_name(getattr(error, "obj", None))
    top = (name or "").partition(".")[0]
    own = PathFinder.find_spec(top, [code_root]) if top else None
    if own is None:
        return ""
    if top in SHIMS:
        hides = "A module of Slipway"
    elif top in RESERVED:
        hides = "Python's module"
    elif _origin(sys.modules.get(top)) not in (None, own.origin):
        hides = "An installed module"
    else:
        return ""
    return f"{hides} hides the plugin's module {top!r}: import it with `from . import {top}`, or rename it"


def _module_name(value):
    return value.__name__ if isinstance(value, types.ModuleType) else None


def _origin(module):
    return getattr(getattr(module, "__spec__", None), "origin", None)


class _EmptyPackage(importlib.machinery.SourceFileLoader):
    """Loads a package that has no `__init__.py` as if it had an empty one, so that the package has its own files."""

    def get_code(self, _):
        return compile("", self.path, "exec", dont_inherit=True)

    def get_source(self, _):
        return ""


class _FolderNames:
    """Finds the package's modules by their names in the folder."""

    def __init__(self, package, code_root):
        self._package = package
        self._folder = [code_root]

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        is_own = self._finds_first(name) if path is None else self._has_loaded(top)
        spec = PathFinder.find_spec(name, path or self._folder) if is_own else None
        if spec is not None:
            spec.loader = _SameModule(f"{self._package}.{name}", spec.loader)
        return spec

    def _has_loaded(self, top):
        module = sys.modules.get(top)
        return module is not None and module is sys.modules.get(f"{self._package}.{top}")

    def _finds_first(self, name):
        """Returns whether an import of this name finds the package's module, and not one of another folder."""
        if name in RESERVED:
            return False
        own = PathFinder.find_spec(name, self._folder)
        return own is not None and _places(own) == _places(PathFinder.find_spec(name))


def _places(spec):
    return spec and (spec.origin, list(spec.submodule_search_locations or []))


class _SameModule:
    """Loads a module by importing it under its name in the package. Otherwise like the loader that it replaces."""

    def __init__(self, name, loader):
        self._name = name
        self._loader = loader

    def create_module(self, _):
        module = importlib.import_module(self._name)
        self._spec = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module):
        module.__spec__ = self._spec  # the import system has just replaced it

    def __getattr__(self, name):
        return getattr(self._loader, name)
