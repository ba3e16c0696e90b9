"""Loads models on first use, once per process."""

import functools
import threading

from engine.models.loader import ModelUnavailable, load_hf_model, load_namespace_model


class LazyModelMixin:
    """`get_model()` calls `_load_model()` the first time. By default, `_load_model()` loads the model named
    `model_id`.
    """

    model_id = None
    _model = None
    _model_lock = threading.RLock()

    def _load_model(self):
        return load_hf_model(self.model_id)

    def get_model(self):
        if self._model is None:
            with self._model_lock:
                if self._model is None:
                    loaded = self._load_model()
                    if loaded is not None:
                        self._model = loaded
        return self._model

    def _ensure_model_loaded(self):
        self.get_model()


def lazy_model(loader=None):
    """Decorates a function that loads a model. The function runs once, on the first call."""
    if loader is None:
        return lazy_model
    lock, loaded = threading.RLock(), []

    @functools.wraps(loader)
    def get(*args, **kwargs):
        with lock:
            if not loaded:
                loaded.append(loader(*args, **kwargs))
        return loaded[0]

    return get


__all__ = ["LazyModelMixin", "ModelUnavailable", "lazy_model", "load_hf_model", "load_namespace_model"]
