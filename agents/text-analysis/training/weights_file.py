"""Writes the files that text_analysis/model.py reads; their layout is told there."""

from array import array

from text_analysis.model import MAGIC, NUMBERS, TABLE, Table, padded


def save_sections(path, sections):
    """A section is a Table or a list of rows of numbers."""
    with open(path, "wb") as file:
        file.write(MAGIC)
        for name, section in sections.items():
            _write(file, name, section)


def _write(file, name, section):
    title = name.encode("ascii")
    is_table = isinstance(section, Table)
    rows = len(section.keys if is_table else section)
    columns = len(section.columns if is_table else section[0])
    file.write(array("I", [TABLE if is_table else NUMBERS, len(title), rows, columns]).tobytes())
    file.write(title.ljust(padded(len(title)), b"\0"))
    if not is_table:
        file.write(array("f", [number for row in section for number in row]).tobytes())
        return
    file.write(array("I", section.keys).tobytes())
    file.write(array("f", section.scales).tobytes())
    for column in section.columns:
        file.write(array("b", column).tobytes().ljust(padded(rows), b"\0"))
