"""The contract of an agent: JSON on stdin, JSON on stdout, progress on stderr, an exit code."""

import sys

from text_analysis.request import InvalidRequest, read_request
from text_analysis.response import to_line

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_INVALID_INPUT = 2


def main():
    try:
        request = read_request(sys.stdin.buffer)
        from text_analysis.analysis import analyse

        result = analyse(request.text, request.parts, _report)
    except InvalidRequest as problem:
        _write(sys.stdout, {"error": {"code": "invalid_input", "field": problem.field, "message": problem.message}})
        return EXIT_INVALID_INPUT
    except Exception as problem:
        _write(sys.stdout, {"error": {"code": "internal", "field": "", "message": "The analysis failed."}})
        _write(sys.stderr, {"error": type(problem).__name__})
        return EXIT_FAILED
    _write(sys.stdout, result)
    return EXIT_OK


def _report(progress, stage, message):
    _write(sys.stderr, {"progress": progress, "stage": stage, "message": message})


def _write(stream, value):
    stream.buffer.write(to_line(value))
    stream.buffer.flush()
