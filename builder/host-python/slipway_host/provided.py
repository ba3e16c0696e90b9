"""Passes secrets, models and the current call to the modules that plugins read them from. Call these functions before
any plugin code runs.
"""

import importlib


def deliver_secrets(secrets):
    importlib.import_module("shared.plugins.secrets").receive(secrets)


def deliver_models(paths):
    """Sets each model file's path, by name."""
    importlib.import_module("shared.models.loader").receive(paths)


def deliver_calls(current):
    """Sets the context variable for the current call."""
    importlib.import_module("slipway").receive(current)
