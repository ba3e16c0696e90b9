"""Loading of models by name."""

from shared.models.loader import ModelUnavailable, load_namespace_model


def load_hf_model(model_id, *args, **kwargs):
    raise ModelUnavailable(
        f"load_hf_model({model_id!r}): a worker has no network to fetch it; put the weights into the archive"
    )


__all__ = ["ModelUnavailable", "load_hf_model", "load_namespace_model"]
