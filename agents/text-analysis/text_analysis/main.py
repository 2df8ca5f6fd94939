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

        answer, exit_code = analyse(request.text, request.parts, _report), EXIT_OK
    except InvalidRequest as problem:
        answer, exit_code = _error("invalid_input", problem.field, problem.message), EXIT_INVALID_INPUT
    except Exception as problem:
        answer, exit_code = _error("internal", "", "The analysis failed."), EXIT_FAILED
        _log({"error": type(problem).__name__})
    try:
        _write(sys.stdout, answer)
    except OSError:
        return EXIT_FAILED
    return exit_code


def _error(code, field, message):
    return {"error": {"code": code, "field": field, "message": message}}


def _report(progress, stage, message):
    _log({"progress": progress, "stage": stage, "message": message})


def _log(value):
    try:
        _write(sys.stderr, value)
    except (AttributeError, OSError):
        pass  # stderr is closed: nobody wants to know


def _write(stream, value):
    """Past the buffers, so that nothing is left to be written when the interpreter ends."""
    line = memoryview(to_line(value))
    while line:
        line = line[stream.buffer.raw.write(line) :]
