"""Loading of models that the platform keeps. This builder keeps none yet, and says so."""


class ModelUnavailable(RuntimeError):
    """A model was asked for that this builder can't provide."""


def load_namespace_model(model_id, *args, **kwargs):
    raise ModelUnavailable(
        f"load_namespace_model({model_id!r}): this builder keeps no models; put the weights into the archive"
    )
