"""Replaces Pydantic on machines without it: enough to load a manifest's models and to find a field without a type.
"""

import sys
from types import FunctionType, ModuleType


def provide():
    """Uses the installed Pydantic, if there is one. Returns whether there is."""
    try:
        import pydantic  # noqa: F401
    except ImportError:
        sys.modules["pydantic"] = _StandIn("pydantic")
        return False
    return True


class PydanticUserError(TypeError):
    pass


NOT_FIELDS = (FunctionType, classmethod, staticmethod, property, type)


class ModelType(type):
    def __new__(mcs, name, bases, namespace, **options):
        made = super().__new__(mcs, name, bases, namespace)
        typed = getattr(made, "__annotations__", {}) if "BaseModel" in globals() else {}
        for field, value in namespace.items():
            if field.startswith("_") or field in typed or field == "model_config" or isinstance(value, NOT_FIELDS):
                continue
            raise PydanticUserError(f"A non-annotated attribute was detected: `{field} = {value!r}`.")
        return made


class BaseModel(metaclass=ModelType):
    @classmethod
    def model_json_schema(cls, mode="validation"):
        return {"title": cls.__name__}


def _decorator(*_names, **_options):
    return lambda function: function


def _field(default=..., **_options):
    return default


class _StandIn(ModuleType):
    BaseModel = BaseModel
    PydanticUserError = PydanticUserError
    Field = staticmethod(_field)
    ConfigDict = dict
    field_validator = model_validator = field_serializer = staticmethod(_decorator)

    def __getattr__(self, name):
        """Treats any other name as a type for annotations."""
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})
