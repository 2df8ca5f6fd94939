"""Reads a request and answers for its shape. The server checks it too; an agent trusts nobody."""

MAX_CHARACTERS = 10_000
# Every character written as an escaped surrogate pair, and room for the options and some white space.
MAX_BYTES = MAX_CHARACTERS * 12 + 8_192
_BLANK = " \t\r\n"
PARTS = ("sentiment", "keywords", "summary")


class InvalidRequest(Exception):
    """The caller's mistake: which field, and what about it."""

    def __init__(self, field, message):
        super().__init__(message)
        self.field = field
        self.message = message


class Request:
    __slots__ = ("text", "parts")

    def __init__(self, text, parts):
        self.text = text
        self.parts = parts


def read_request(stream):
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InvalidRequest("body", f"The request must not be longer than {MAX_BYTES} bytes.")
    return parse_request(data)


def parse_request(data):
    body = _decode(data)
    if not isinstance(body, dict):
        raise InvalidRequest("body", "The request must be a JSON object.")
    for name in body:
        if name not in ("input", "options"):
            raise InvalidRequest(_shown(name), "Unknown field.")
    return Request(_text(body), _parts(body))


def _decode(data):
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequest("body", "The request must be UTF-8.") from None
    try:
        return load_json(source)
    except (ValueError, RecursionError):
        raise InvalidRequest("body", "The request must be valid JSON.") from None


def _text(body):
    if "input" not in body:
        raise InvalidRequest("input", "Give the text to analyse.")
    text = body["input"]
    if not isinstance(text, str):
        raise InvalidRequest("input", "The text must be a string.")
    if len(text) > MAX_CHARACTERS:
        raise InvalidRequest("input", f"The text must not be longer than {MAX_CHARACTERS} characters.")
    if not text.strip():
        raise InvalidRequest("input", "The text must not be empty or blank.")
    return text


def _parts(body):
    options = body.get("options", {})
    if not isinstance(options, dict):
        raise InvalidRequest("options", "The options must be an object.")
    for name, value in options.items():
        if name not in PARTS:
            raise InvalidRequest("options." + _shown(name), "Unknown option.")
        if not isinstance(value, bool):
            raise InvalidRequest("options." + name, "The option must be true or false.")
    return tuple(part for part in PARTS if options.get(part, True))


def _shown(name):
    """A name that the caller made up, cut to what an error message can carry."""
    return name[:40].encode("utf-8", "replace").decode("utf-8")


def load_json(source):
    """`json.loads`, without importing `json`: that pulls in `re`, which takes longer than the analysis."""
    try:
        from _json import make_scanner

        value, end = make_scanner(_Strict)(source, len(source) - len(source.lstrip(_BLANK)))
    except (ImportError, StopIteration, SystemError):  # the last is what invalid JSON gives without json.decoder
        from json import loads

        return loads(source)
    if source[end:].strip(_BLANK):
        raise ValueError("more than one value")
    return value


def _refuse(name):
    raise ValueError(name)


class _Strict:
    """The settings that `_json.make_scanner` reads from a decoder."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = _refuse
    memo = {}
