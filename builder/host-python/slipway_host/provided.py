"""Passes secrets, models and the current call to the modules from which a plugin reads them. Call these before any of its code runs."""

import importlib


def deliver_secrets(secrets):
    importlib.import_module("shared.plugins.secrets").receive(secrets)


def deliver_models(paths):
    """Takes the path of each model's file, by name."""
    importlib.import_module("shared.models.loader").receive(paths)


def deliver_calls(current):
    """Takes the context variable of the current call."""
    importlib.import_module("slipway").receive(current)
