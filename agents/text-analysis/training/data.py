"""Reads the labelled texts, and tells which of them must stay together when they are split."""

from collections import namedtuple
from pathlib import Path

from text_analysis.tokens import FACE, WORD, tokenize

Example = namedtuple("Example", "domain target text group")

HERE = Path(__file__).resolve().parent
_SHINGLE = 6  # texts that share this many words in a row are near-duplicates: reposts, quotes of one event
_BARE_FACES = frozenset("xd хд d д".split())
EMOTICON_DOMAIN = "tweets"  # of the Russian file: the labels are its emoticons
EVERYDAY_DOMAIN = "everyday"  # plain sentences written for this project; learned from, never measured on


def read_english(folder):
    rows = [*_rows(folder / "en-train.tsv"), *_everyday("en")]
    groups = _groups([tokenize(text) for _, _, text in rows])
    return [
        Example(domain, float(rating), text, group)
        for (domain, rating, text), group in zip(rows, groups, strict=True)
    ]


def read_russian(folder):
    rows = [
        (domain, label, _without_faces(text) if domain == EMOTICON_DOMAIN else text)
        for domain, label, text in [*_rows(folder / "ru-train.tsv"), *_everyday("ru")]
    ]
    groups = _groups([tokenize(text) for _, _, text in rows])
    return [
        Example(domain, label, text, group) for (domain, label, text), group in zip(rows, groups, strict=True)
    ]


def read_lexicon(path):
    with open(path, encoding="utf-8") as file:
        next(file)
        return {word: float(valence) for word, valence in (line.rstrip("\n").split("\t") for line in file)}


def _rows(path):
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            yield line.rstrip("\n").split("\t", 2)


def _everyday(language):
    return [(EVERYDAY_DOMAIN, target, text) for name, target, text in _rows(HERE / "everyday.tsv") if name == language]


def _without_faces(text):
    return " ".join(surface for kind, lower, surface in tokenize(text) if kind != FACE and lower not in _BARE_FACES)


def _groups(token_lists):
    """The same number for texts that share a run of words, through others too."""
    parents = list(range(len(token_lists)))

    def root(node):
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    owner = {}
    for number, tokens in enumerate(token_lists):
        words = [lower for kind, lower, _ in tokens if kind == WORD and lower != "rt"]
        for start in range(max(1, len(words) - _SHINGLE + 1)):
            shingle = " ".join(words[start : start + _SHINGLE])
            parents[root(number)] = root(owner.setdefault(shingle, number))
    return [root(number) for number in range(len(token_lists))]
