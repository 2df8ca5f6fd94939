#!/usr/bin/python3
"""Learns text_analysis/weights.bin and measures it on texts that the measured model has not seen.

    OMP_NUM_THREADS=1 /usr/bin/python3 train.py --data DIR

DIR holds en-train.tsv and ru-train.tsv. Needs Debian's python3-sklearn. Writes the weights, and report.json
with the cross-validated figures. The same data give the same bytes.
"""

import argparse
import hashlib
import json
import os
import sys
import warnings
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.metrics import f1_score  # noqa: E402
from sklearn.model_selection import GroupKFold  # noqa: E402

from data import read_english, read_lexicon, read_russian  # noqa: E402
from fit import Extracted, fit_english, fit_russian  # noqa: E402
from text_analysis.analysis import read_sentences  # noqa: E402
from text_analysis.sentiment import Judge, judge_whole  # noqa: E402
from weights_file import save_sections  # noqa: E402

WEIGHTS = HERE.parent / "text_analysis" / "weights.bin"
REPORT = HERE / "report.json"
FOLDS = 5
MEASURED = {"en": ("tweets", "amazon", "movies", "nyt"), "ru": ("news", "telecom", "banks")}

Corpus = namedtuple("Corpus", "language examples extracted fit")


def main():
    data = _arguments().data
    warnings.simplefilter("ignore", ConvergenceWarning)  # the solvers are stopped early on purpose
    corpora = [_corpus("en", read_english(data), fit_english), _corpus("ru", read_russian(data), fit_russian)]
    sections = {}
    for corpus in corpora:
        sections.update(corpus.fit(corpus.extracted, corpus.examples, list(range(len(corpus.examples)))))
    save_sections(WEIGHTS, sections)

    report = {"folds": FOLDS, "weights_sha256": hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()}
    for corpus, measure in zip(corpora, (_correlations, _f1_scores), strict=True):
        report[corpus.language] = measure(corpus.examples, _held_out(corpus, sections))
        print(corpus.language, report[corpus.language], flush=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _corpus(language, examples, fit):
    lexicon = read_lexicon(HERE / "lexicon" / f"{language}.tsv")
    return Corpus(language, examples, Extracted(examples, language, lexicon), fit)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    return parser.parse_args()


def _held_out(corpus, sections):
    """The agent's own verdict on each text, by a model learned without it and without its near-duplicates."""
    verdicts = [None] * len(corpus.examples)
    groups = [example.group for example in corpus.examples]
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        learned = corpus.fit(corpus.extracted, corpus.examples, seen.tolist())
        merged = {**sections, **learned}
        model = Judge(lambda _, merged=merged: merged)
        for i in unseen:
            if corpus.examples[i].domain in MEASURED[corpus.language]:
                verdicts[i] = judge_whole(read_sentences(corpus.examples[i].text), model)
    return verdicts


def _correlations(examples, verdicts):
    """Pearson's r of the score with the rating, per domain."""
    figures = {}
    for domain in MEASURED["en"]:
        rows = [i for i, example in enumerate(examples) if example.domain == domain]
        ratings = [examples[i].target for i in rows]
        scores = [verdicts[i].score for i in rows]
        figures[domain] = round(float(np.corrcoef(scores, ratings)[0, 1]), 4)
    measured = [i for i, example in enumerate(examples) if example.domain in MEASURED["en"]]
    errors = [4.0 * verdicts[i].score - examples[i].target for i in measured]
    return {**figures, "deviation": round(float(np.sqrt(np.mean(np.square(errors)))), 4)}


def _f1_scores(examples, verdicts):
    """Macro F1 of the label, per hand-labelled domain."""
    figures = {}
    for domain in MEASURED["ru"]:
        rows = [i for i, example in enumerate(examples) if example.domain == domain]
        labels = [examples[i].target for i in rows]
        found = [verdicts[i].label() for i in rows]
        figures[domain] = round(float(f1_score(labels, found, average="macro")), 4)
    return figures


if __name__ == "__main__":
    main()
