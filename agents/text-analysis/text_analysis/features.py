"""The features that the model was trained on: shared with the training script, so that both always agree."""

from itertools import groupby
from zlib import crc32

from text_analysis.rules import negation_marks
from text_analysis.stemming import stem
from text_analysis.tokens import NUMBER, PUNCTUATION, WORD

_GRAMS = (12, 16, 20)  # 3, 4 and 5 letters of 4 bytes each
_known_letters = {}  # of the words of one text


def squash(word):
    """«сууупер», "soooo": a letter repeated three times or more is kept once."""
    if not any(word[i] == word[i - 1] == word[i - 2] for i in range(2, len(word))):
        return word
    return "".join(letter * (2 if len(list(run)) == 2 else 1) for letter, run in groupby(word))


def word_features(tokens, language):
    """Hashes of words, stems, negated stems, pairs and triples."""
    negated = negation_marks(tokens, language)
    features = []
    add = features.append
    earlier, previous = "^^", "^"
    for (kind, lower, _), denied in zip(tokens, negated):
        if kind == WORD:
            lower = squash(lower)
            key = stem(lower)
            add("w " + lower)
            add("s " + key)
            if denied:
                add("n " + key)
        elif kind == NUMBER:
            key = "0"
        else:
            key = lower
            add("s " + key)
        add("b " + previous + " " + key)
        if kind == PUNCTUATION and key in ".,":
            continue
        add("t " + earlier + " " + previous + " " + key)
        earlier, previous = previous, key
    return hashes(features)


def letter_features(tokens):
    """Hashes of letter sequences inside words: they see word forms and misspellings that stems do not."""
    found = set()
    for kind, lower, _ in tokens:
        if kind == WORD:
            found.update(_known_letters.get(lower) or _letters(lower))
    return found


def _letters(word):
    padded = ("<" + word[:24] + ">").encode("utf-32-le", "replace")
    size = len(padded)
    grams = _known_letters[word] = [
        crc32(padded[start : start + length]) for length in _GRAMS for start in range(0, size - length + 1, 4)
    ]
    return grams


def hashes(names):
    return {crc32(name.encode("utf-8", "replace")) for name in names}
