"""Whatever the text, the analysis ends, is valid by the schema, and is the same the second time."""

import random
import sys
import unittest

from agent import MANIFEST, analyse, violations

ALPHABETS = (
    "abc ABC .,!?-'\"()",
    "абв ЁЖЗ .,!?–«»()",
    "\x00\x01\x1b\x7f\x85\u00a0\u00ad\u200b\u200d\u202e\u2028\ufeff\ufffe\uffff a",
    "\ud800\udbff\udc00\udfff ab",
    "😀😡👍🏽❤️👨‍👩‍👧🇷🇺 хорошо",
    "\u0301\u0306\u0308еиy",
    "@#:;)(/\\|<>3DPxD=*^_-~ ",
    "今天ひらمرحبا नमस्तेⅣ²ǅﬁß ١٢٣ ",
    ".!?… \n\r\t",
)
PIECES = (
    "не", "очень", "not", "very", "but", "но", "http://", "@user", "#", "...", "т.д.", "г.", "Mr.", "NEVER", "could",
    "not", "be", "better", "хуже", ")))", ":(", "\n\n", "- ", "1.", "soooooo", "ё" * 300, "-" * 300, "'", "«", "😀" * 50,
)  # fmt: skip


def texts():
    random.seed(20)
    for number in range(300):
        alphabet = ALPHABETS[number % len(ALPHABETS)]
        yield "".join(random.choice(alphabet) for _ in range(random.randrange(1, 400)))
    for _ in range(200):
        yield " ".join(random.choice(PIECES) for _ in range(random.randrange(1, 60)))
    for _ in range(100):
        yield "".join(chr(random.randrange(1, 0x110000)) for _ in range(random.randrange(1, 100)))


class AnyText(unittest.TestCase):
    def test_always_a_valid_result(self):
        for text in texts():
            with self.subTest(text=ascii(text[:60])):
                self.assertEqual(violations(analyse(text), MANIFEST["outputSchema"]), [])

    def test_shares_add_up_to_one(self):
        for text in texts():
            self.assertAlmostEqual(sum(analyse(text, "sentiment")["sentiment"]["shares"].values()), 1.0, places=2)

    def test_summary_is_made_of_the_text(self):
        for text in texts():
            flat = " ".join(text.split())
            summary = analyse(text, "summary")["summary"]
            self.assertLessEqual(len(summary["sentences"]), max(summary["sentence_count"], 0))
            self.assertLessEqual(len(summary["text"]), len(flat) + summary["sentence_count"])


class WorkIsBounded(unittest.TestCase):
    """Ten thousand characters of the worst kind: the steps are counted, not the seconds."""

    PIECES = (
        "a. ", "A! ", "ж. Ж", "x", "aб", "() ", "(", ":)", "a-", "ab ", ". ", "слово ", "\n", "«", "н е ", "! a ", "'",
        "Ольга Иванова ", "не ", "@a ", "#a ", "1 ", "1.", "😀",
    )  # fmt: skip
    MOST_LINES = 8_000_000

    def test_lines_executed(self):
        for piece in self.PIECES:
            text = piece * (10_000 // len(piece))
            with self.subTest(piece=piece):
                self.assertLess(lines_executed(lambda text=text: analyse(text)), self.MOST_LINES)


def lines_executed(work):
    """Lines of the agent's own code, as the interpreter counts them."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


if __name__ == "__main__":
    unittest.main()
