"""Loads models by name."""

from shared.models.loader import ModelUnavailable, load_namespace_model


def load_hf_model(model_id, *args, **kwargs):
    raise ModelUnavailable(
        f"load_hf_model({model_id!r}): workers have no network access; include the weights in the archive"
    )


__all__ = ["ModelUnavailable", "load_hf_model", "load_namespace_model"]
