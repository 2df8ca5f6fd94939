"""Tables of numbers in a file that is searched where it lies: nothing is built when it is loaded.

training/weights_file.py writes it. Little-endian. A magic number, then sections: four uint32 (kind, bytes in the
name, rows, columns), the name, and the content, each padded to 4 bytes. A table (kind 0) maps a feature's hash to
a small number per column: sorted uint32 hashes, one float32 scale per column, then int8 weights column by column.
Numbers (kind 1) are float32, row by row.
"""

from bisect import bisect_left
from math import sqrt

MAGIC = b"TAW1"
TABLE, NUMBERS = 0, 1


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
        """For each column the weights of the known features, over the square root of how many are known."""
        rows = [row for row in map(self._row, keys) if row >= 0]
        share = 1.0 / sqrt(len(rows) or 1)
        return [
            share * scale * sum(map(column.__getitem__, rows))
            for column, scale in zip(self.columns, self.scales, strict=True)
        ]

    def _row(self, key):
        row = self._rows.get(key)
        if row is None:
            row = bisect_left(self.keys, key)
            if row == len(self.keys) or self.keys[row] != key:
                row = -1
            self._rows[key] = row
        return row


def load_sections(path, prefix=""):
    """Tables and lists of rows of numbers, by name; only those whose name begins with the prefix are read."""
    sections = {}
    with open(path, "rb", buffering=0) as file:
        if file.read(4) != MAGIC:
            raise ValueError("not a file of tables")
        while header := file.read(16):
            kind, name_size, rows, columns = memoryview(header).cast("I")
            name = str(file.read(padded(name_size))[:name_size], "ascii")
            content = 4 * rows * columns if kind == NUMBERS else 4 * (rows + columns) + padded(rows) * columns
            if not name.startswith(prefix):
                file.seek(content, 1)
                continue
            data = memoryview(file.read(content))
            if len(data) != content:
                raise ValueError("the file is cut short")
            sections[name] = (_numbers if kind == NUMBERS else _table)(data, rows, columns)
    return sections


def _table(data, rows, columns):
    scales = data[4 * rows : 4 * (rows + columns)].cast("f").tolist()
    start, step = 4 * (rows + columns), padded(rows)
    weights = [data[start + step * i : start + step * i + rows].cast("b") for i in range(columns)]
    return Table(data[: 4 * rows].cast("I"), weights, scales)


def _numbers(data, rows, columns):
    numbers = data.cast("f").tolist()
    return [numbers[row * columns : (row + 1) * columns] for row in range(rows)]


def padded(size):
    return -(-size // 4) * 4
