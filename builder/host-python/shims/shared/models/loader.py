"""Loads models stored by the platform. This builder stores none yet, so loading fails with a message."""


class ModelUnavailable(RuntimeError):
    """The builder can't provide the requested model."""


def load_namespace_model(model_id, *args, **kwargs):
    raise ModelUnavailable(
        f"load_namespace_model({model_id!r}): this builder stores no models; include the weights in the archive"
    )
