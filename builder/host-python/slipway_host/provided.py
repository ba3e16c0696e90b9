"""Passes secrets, models, the current call and the lack of a GPU to the modules that plugins read them from. Call these
functions before any plugin code runs.
"""

import importlib


def deliver_secrets(secrets):
    importlib.import_module("shared.plugins.secrets").receive(secrets)


def deliver_models(paths):
    """Sets each model file's path, by name."""
    importlib.import_module("shared.models.loader").receive(paths)


def deliver_calls(current, replace):
    """Sets the context variable for the current call, and what replaces the process, given a reason."""
    importlib.import_module("slipway").receive(current, replace)


def refuse_gpu_steps():
    """Makes a pipeline with a step that asks for a GPU fail. Without this, steps run on whatever the process has."""
    importlib.import_module("engine.plugins.extractors.pipeline").receive(has_gpu=False)
