"""The learned weights, in a file that is searched where it lies: nothing is built when it is loaded.

Little-endian. A magic number, then sections: four uint32 (kind, bytes in the name, rows, columns), the name,
and the content, each padded to 4 bytes. A table (kind 0) maps a feature's hash to a small number per column:
sorted uint32 hashes, one float32 scale per column, then int8 weights column by column. Numbers (kind 1) are
float32, row by row.
"""

from array import array
from bisect import bisect_left

MAGIC = b"TAW1"
_TABLE, _NUMBERS = 0, 1


class Table:
    """Sorted hashes with weights; `columns` are parallel to `keys`."""

    __slots__ = ("keys", "columns", "scales", "_rows")

    def __init__(self, keys, columns, scales):
        self.keys = keys
        self.columns = columns
        self.scales = scales
        self._rows = {}

    def value(self, key):
        """The weight of a feature in the first column, 0 when it is unknown."""
        row = self._row(key)
        return self.columns[0][row] * self.scales[0] if row >= 0 else 0.0

    def sums(self, keys):
        """The weights of the features added up, for each column."""
        rows = [row for row in map(self._row, keys) if row >= 0]
        return [
            scale * sum(map(column.__getitem__, rows)) for column, scale in zip(self.columns, self.scales, strict=True)
        ]

    def _row(self, key):
        row = self._rows.get(key)
        if row is None:
            row = bisect_left(self.keys, key)
            if row == len(self.keys) or self.keys[row] != key:
                row = -1
            self._rows[key] = row
        return row


def load_sections(path):
    """Tables and lists of rows of numbers, by name."""
    with open(path, "rb", buffering=0) as file:
        data = memoryview(file.read())
    if data[:4] != MAGIC:
        raise ValueError("not a weights file")
    sections, position = {}, 4
    while position < len(data):
        kind, name_size, rows, columns = data[position : position + 16].cast("I")
        position += 16
        name = str(data[position : position + name_size], "ascii")
        position += _padded(name_size)
        read = _read_table if kind == _TABLE else _read_numbers
        sections[name], position = read(data, position, rows, columns)
    return sections


def _read_table(data, position, rows, columns):
    keys = array("I", bytes(data[position : position + 4 * rows]))
    position += 4 * rows
    scales = data[position : position + 4 * columns].cast("f").tolist()
    position += 4 * columns
    weights = []
    for _ in range(columns):
        weights.append(array("b", bytes(data[position : position + rows])))
        position += _padded(rows)
    return Table(keys, weights, scales), position


def _read_numbers(data, position, rows, columns):
    end = position + 4 * rows * columns
    numbers = data[position:end].cast("f").tolist()
    return [numbers[row * columns : (row + 1) * columns] for row in range(rows)], end


def save_sections(path, sections):
    """The reverse, for the training script: a section is a Table or a list of rows of numbers."""
    with open(path, "wb") as file:
        file.write(MAGIC)
        for name, section in sections.items():
            _write_section(file, name, section)


def _write_section(file, name, section):
    title = name.encode("ascii")
    table = isinstance(section, Table)
    rows = len(section.keys) if table else len(section)
    columns = len(section.columns) if table else len(section[0])
    file.write(array("I", [_TABLE if table else _NUMBERS, len(title), rows, columns]).tobytes())
    file.write(title.ljust(_padded(len(title)), b"\0"))
    if not table:
        file.write(array("f", [number for row in section for number in row]).tobytes())
        return
    file.write(array("I", section.keys).tobytes())
    file.write(array("f", section.scales).tobytes())
    for column in section.columns:
        file.write(array("b", column).tobytes().ljust(_padded(rows), b"\0"))


def _padded(size):
    return -(-size // 4) * 4
