"""Starts the agent the way a box does, and checks what it says against the manifest."""

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
AGENTS = REPOSITORY / "agents"
PACKAGE = AGENTS / "text-analysis"
MANIFEST = json.loads((PACKAGE / "agent.json").read_text(encoding="utf-8"))

sys.dont_write_bytecode = True
sys.path.insert(0, str(PACKAGE))


class Outcome:
    def __init__(self, process):
        self.exit_code = process.returncode
        self.stdout = process.stdout
        self.stderr = process.stderr

    @property
    def result(self):
        return json.loads(self.stdout)

    @property
    def progress(self):
        return [json.loads(line) for line in self.stderr.splitlines()]


def start(data, name="text-analysis"):
    """Runs the agent on raw bytes."""
    command = [AGENTS / "agent.sh", name]
    return Outcome(subprocess.run(command, input=data, capture_output=True, timeout=60, check=False))


def run(text, **options):
    body = {"input": text, "options": options} if options else {"input": text}
    return start(json.dumps(body).encode())


def analyse(text, *parts):
    """The analysis in this process: quick enough for hundreds of texts."""
    from text_analysis.analysis import analyse as compute

    return compute(text, parts or ("sentiment", "keywords", "summary"), lambda *_: None)


def violations(value, schema, path="$"):
    """What in the value breaks the schema; the few keywords of JSON Schema that the manifest uses."""
    unknown = set(schema) - _KEYWORDS
    if unknown:
        return [f"{path}: the check does not know {sorted(unknown)}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{path}: {value!r} is none of {schema['enum']}"]
    if not _is(value, schema["type"]):
        return [f"{path}: {value!r} is no {schema['type']}"]
    found = [f"{path}: {word}" for word, broken in _LIMITS.items() if word in schema and broken(value, schema[word])]
    if isinstance(value, dict):
        found += _object_violations(value, schema, path)
    if isinstance(value, list):
        for place, item in enumerate(value):
            found += violations(item, schema["items"], f"{path}[{place}]")
    return found


_KEYWORDS = frozenset(
    "$schema type description enum required properties additionalProperties items minimum maximum minLength maxLength "
    "maxItems pattern default".split()
)
_LIMITS = {
    "minimum": lambda value, limit: value < limit,
    "maximum": lambda value, limit: value > limit,
    "minLength": lambda value, limit: len(value) < limit,
    "maxLength": lambda value, limit: len(value) > limit,
    "maxItems": lambda value, limit: len(value) > limit,
    "pattern": lambda value, _: not value.strip(),
}


def _is(value, name):
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, {"object": dict, "array": list, "string": str, "boolean": bool}[name])


def _object_violations(value, schema, path):
    properties = schema.get("properties", {})
    found = [f"{path}: {name} is missing" for name in schema.get("required", []) if name not in value]
    for name, item in value.items():
        if name in properties:
            found += violations(item, properties[name], f"{path}.{name}")
        elif schema.get("additionalProperties", True) is False:
            found.append(f"{path}: {name} is not allowed")
    return found
