"""The base class of realtime handlers. It defines none of the methods by which a handler is recognized."""


class BaseInferenceService:
    def __init__(self, *args, **kwargs):
        pass
