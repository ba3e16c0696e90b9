"""Finds models by name."""

from shared.models.loader import ModelUnavailable, load_namespace_model


def load_hf_model(model_id, *args, **kwargs):
    """Returns the path of the namespace's copy of a hub model: `org/name` is stored as `org--name`."""
    return load_namespace_model(str(model_id).replace("/", "--"))


__all__ = ["ModelUnavailable", "load_hf_model", "load_namespace_model"]
