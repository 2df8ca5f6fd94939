#!/usr/bin/python3
"""Makes text_analysis/dictionary.bin: which Russian words are nouns and adjectives, in their dictionary form.

    /usr/bin/python3 build_dictionary.py [--dictionary /usr/share/hunspell/ru_RU.dic]

Reads the word list of Debian's hunspell-ru (Alexander I. Lebedev, see ../NOTICE.md). Only hashes of the
words are kept, so keywords can be shown in the nominative: «качеством обслуживания» as «качество обслуживания».
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True

from text_analysis.model import Table  # noqa: E402
from text_analysis.wordforms import FEMININE, MASCULINE, NEUTER, word_key  # noqa: E402
from weights_file import save_sections  # noqa: E402

# The affix classes of the word list that are declined like nouns, and like adjectives.
_NOUN_FLAGS = frozenset("FGHIJKNO")
_ADJECTIVE_FLAGS = frozenset("A")
_FEMININE_SOFT_FLAGS = frozenset("FN")
_PARTICIPLES = ("щий", "вший", "щийся", "вшийся", "мый")
_UNFLAGGED = {"время": NEUTER, "имя": NEUTER, "племя": NEUTER, "семя": NEUTER, "пламя": NEUTER, "путь": MASCULINE}

# Real words, but what looks like a form of theirs is nearly always a form of another: «банка» of «банк».
_RARE = frozenset("банка стан".split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--dictionary", type=Path, default=Path("/usr/share/hunspell/ru_RU.dic"))
    nouns, adjectives = read(parser.parse_args().dictionary)
    save_sections(HERE.parent / "text_analysis" / "dictionary.bin", {"nouns": nouns, "adjectives": adjectives})


def read(path):
    nouns, adjectives = dict(_UNFLAGGED), {}
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            word, _, flags = line.strip().partition("/")
            word, flags = word.lower().replace("ё", "е"), set(flags)
            if word in _RARE:
                continue
            if flags and flags <= _NOUN_FLAGS:
                nouns.setdefault(word, _gender(word, flags))
            elif flags & _ADJECTIVE_FLAGS and not word.endswith(_PARTICIPLES):
                adjectives[word] = MASCULINE
    return _table(nouns), _table(adjectives)


def _gender(word, flags):
    if word[-1] in "ая" and not word.endswith("мя"):
        return FEMININE
    if word[-1] in "оеёи":
        return NEUTER
    return FEMININE if word[-1] == "ь" and flags & _FEMININE_SOFT_FLAGS else MASCULINE


def _table(words):
    pairs = sorted({word_key(word): value for word, value in words.items()}.items())
    return Table([key for key, _ in pairs], [[value for _, value in pairs]], [1.0])


if __name__ == "__main__":
    main()
