"""The weights file: whole, small, quick to search; and as good as the report beside it says."""

import hashlib
import json
import math
import os
import sys
import tempfile
import unittest
from pathlib import Path

from agent import PACKAGE, REPOSITORY
from text_analysis.analysis import read_sentences
from text_analysis.model import Table, load_sections
from text_analysis.sentiment import judge_whole, load_judge

WEIGHTS = PACKAGE / "text_analysis" / "weights.bin"
REPORT = json.loads((PACKAGE / "training" / "report.json").read_text(encoding="utf-8"))
LEAST = {
    "en": {"tweets": 0.86, "amazon": 0.60, "movies": 0.55, "nyt": 0.46},
    "ru": {"news": 0.55, "telecom": 0.55, "banks": 0.55},
}
DATA = Path(os.environ.get("SENTIMENT_DATA_DIR", REPOSITORY.parent / "shared" / "data" / "sentiment"))


class File(unittest.TestCase):
    sections = load_sections(WEIGHTS)

    def test_size(self):
        self.assertLess(WEIGHTS.stat().st_size, 1_500_000)

    def test_sections(self):
        for language in ("en", "ru"):
            for part in ("lexicon", "rules", "words", "letters"):
                self.assertIn(f"{language}-{part}", self.sections)

    def test_keys_are_sorted_and_unique(self):
        for name, section in self.sections.items():
            if isinstance(section, Table):
                keys = section.keys.tolist()
                self.assertEqual(keys, sorted(set(keys)), name)
                self.assertEqual({len(column) for column in section.columns}, {len(keys)})

    def test_numbers_are_numbers(self):
        for name, section in self.sections.items():
            if not isinstance(section, Table):
                self.assertTrue(all(math.isfinite(number) for row in section for number in row), name)

    def test_round_trip(self):
        sys.path.append(str(PACKAGE / "training"))
        from weights_file import save_sections

        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.bin"
            save_sections(copy, self.sections)
            self.assertEqual(copy.read_bytes(), WEIGHTS.read_bytes())

    def test_unknown_feature_weighs_nothing(self):
        table = self.sections["en-words"]
        known = set(table.keys)
        unknown = next(key for key in range(1_000_000) if key not in known)
        self.assertEqual(table.value(unknown), 0.0)
        self.assertEqual(table.sums([unknown, 2**32 - 1 if 2**32 - 1 not in known else unknown]), [0.0])

    def test_another_file_is_refused(self):
        with self.assertRaises(ValueError):
            load_sections(Path(__file__))

    def test_a_cut_file_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            cut = Path(folder) / "cut.bin"
            cut.write_bytes(WEIGHTS.read_bytes()[:-100])
            with self.assertRaises(ValueError):
                load_sections(cut)

    def test_a_language_is_read_alone(self):
        self.assertEqual({name[:2] for name in load_sections(WEIGHTS, "ru")}, {"ru"})


class Report(unittest.TestCase):
    def test_report_is_about_these_weights(self):
        self.assertEqual(REPORT["weights_sha256"], hashlib.sha256(WEIGHTS.read_bytes()).hexdigest())

    def test_held_out_figures_reach_what_is_required(self):
        for language, domains in LEAST.items():
            for domain, least in domains.items():
                self.assertGreaterEqual(REPORT[language][domain], least, domain)

    def test_readme_tells_the_same_figures(self):
        readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
        for language, domains in LEAST.items():
            for domain in domains:
                self.assertIn(f"{REPORT[language][domain]:.2f}", readme, domain)


@unittest.skipUnless(DATA.is_dir(), f"no sentiment data in {DATA}; set SENTIMENT_DATA_DIR")
class Fit(unittest.TestCase):
    """The committed weights on every eighth text. They have seen these: only a broken file or program fails here."""

    STEP = 8

    def rows(self, name):
        with open(DATA / name, encoding="utf-8") as file:
            next(file)
            rows = [line.rstrip("\n").split("\t", 2) for line in file]
        model = load_judge()
        for domain, target, text in rows[:: self.STEP]:
            yield domain, target, judge_whole(read_sentences(text), model)

    def test_english(self):
        found = {}
        for domain, rating, verdict in self.rows("en-train.tsv"):
            found.setdefault(domain, []).append((verdict.score, float(rating)))
        for domain, least in LEAST["en"].items():
            self.assertGreaterEqual(correlation(found[domain]), least, domain)

    def test_russian(self):
        found = {}
        for domain, label, verdict in self.rows("ru-train.tsv"):
            found.setdefault(domain, []).append((verdict.label(), label))
        for domain, least in LEAST["ru"].items():
            self.assertGreaterEqual(macro_f1(found[domain]), least, domain)


def correlation(pairs):
    xs, ys = zip(*pairs, strict=True)
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    shared = sum((x - x_mean) * (y - y_mean) for x, y in pairs)
    return shared / math.sqrt(sum((x - x_mean) ** 2 for x in xs) * sum((y - y_mean) ** 2 for y in ys))


def macro_f1(pairs):
    scores = []
    for label in ("positive", "neutral", "negative"):
        hits = sum(found == label == true for found, true in pairs)
        claimed = sum(found == label for found, _ in pairs)
        there = sum(true == label for _, true in pairs)
        scores.append(2 * hits / (claimed + there) if claimed + there else 0.0)
    return sum(scores) / len(scores)


if __name__ == "__main__":
    unittest.main()
