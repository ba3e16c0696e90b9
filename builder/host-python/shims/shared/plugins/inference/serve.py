"""The base class of realtime handlers. It defines none of the methods that identify a handler."""


class BaseInferenceService:
    def __init__(self, *args, **kwargs):
        pass
