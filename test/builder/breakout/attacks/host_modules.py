"""Looks for the host's own modules, which contain ready-made system call functions."""

import importlib
import os
import sys


def attack(request):
    found = [name for name in sys.modules if name.startswith("slipway_host")]
    for name in ("slipway_host", "slipway_host.linux", "slipway_host.namespaces"):
        try:
            importlib.import_module(name)
            found.append(f"import {name}")
        except ImportError:
            pass
    return found + [path for path in sys.path if os.path.isdir(os.path.join(path, "slipway_host"))]
