"""Validates against the subset of JSON Schema that builder/schemas uses. An unknown keyword is an error rather than
being ignored.
"""

import re

_TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: not isinstance(v, bool) and (isinstance(v, int) or isinstance(v, float) and v.is_integer()),
}
_ANNOTATIONS = {"$schema", "$defs", "description"}


def matches(schema, value, root=None):
    root = schema if root is None else root
    return all(
        _CHECKS[keyword](argument, value, schema, root)
        for keyword, argument in schema.items()
        if keyword not in _ANNOTATIONS
    )


def _type(names, value, schema, root):
    return any(_TYPES[name](value) for name in ([names] if isinstance(names, str) else names))


def _properties(properties, value, schema, root):
    return not isinstance(value, dict) or all(
        matches(part, value[key], root) for key, part in properties.items() if key in value
    )


def _additional(allowed, value, schema, root):
    if not isinstance(value, dict):
        return True
    others = [value[key] for key in value if key not in schema.get("properties", {})]
    return all(matches(allowed, other, root) for other in others) if isinstance(allowed, dict) else allowed or not others


def _items(part, value, schema, root):
    return not isinstance(value, list) or all(matches(part, item, root) for item in value)


def _ref(pointer, value, schema, root):
    target = root
    for step in pointer.removeprefix("#/").split("/"):
        target = target[step]
    return matches(target, value, root)


_CHECKS = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": lambda part, value, schema, root: not isinstance(value, dict)
    or all(matches(part, key, root) for key in value),
    "required": lambda keys, value, schema, root: not isinstance(value, dict) or all(key in value for key in keys),
    "items": _items,
    "enum": lambda values, value, schema, root: value in values,
    "const": lambda expected, value, schema, root: value == expected,
    "anyOf": lambda parts, value, schema, root: any(matches(part, value, root) for part in parts),
    "oneOf": lambda parts, value, schema, root: sum(matches(part, value, root) for part in parts) == 1,
    "pattern": lambda pattern, value, schema, root: not isinstance(value, str) or bool(re.search(pattern, value)),
    "maxLength": lambda most, value, schema, root: not isinstance(value, str) or len(value) <= most,
    "minItems": lambda least, value, schema, root: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda most, value, schema, root: not isinstance(value, list) or len(value) <= most,
    "minimum": lambda least, value, schema, root: not _TYPES["number"](value) or value >= least,
    "maximum": lambda most, value, schema, root: not _TYPES["number"](value) or value <= most,
    "$ref": _ref,
}
