"""Writes JSON without importing `json`, see request.load_json."""

try:
    from _json import encode_basestring as _quote
except ImportError:
    from json.encoder import encode_basestring as _quote


def to_json(value):
    """One line of JSON. Takes what this agent makes: dicts with string keys, lists, strings, numbers, booleans."""
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(_quote(key) + ": " + to_json(item) for key, item in value.items()) + "}"
    return "[" + ", ".join(map(to_json, value)) + "]"


def to_line(value):
    return (to_json(value) + "\n").encode("utf-8", "replace")
