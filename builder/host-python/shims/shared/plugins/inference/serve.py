"""The base class of realtime handlers. It brings no method of its own that a handler could be mistaken for."""


class BaseInferenceService:
    def __init__(self, *args, **kwargs):
        pass
