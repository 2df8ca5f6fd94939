"""How each token of a passage is coloured by itself, from -4 to 4."""

from zlib import crc32

from text_analysis.emoji import EMOTICONS
from text_analysis.features import squash
from text_analysis.modifiers import NEUTRAL_HERE
from text_analysis.stemming import stem
from text_analysis.tokens import FACE, TAG, WORD


def valences(tokens, language, lookup):
    """`lookup` maps a hash to a valence; English is looked up by word, Russian by stem."""
    by_word = language == "en"
    found = []
    for kind, lower, _ in tokens:
        if kind == FACE:
            found.append(EMOTICONS.get(lower, 0.0))
            continue
        word = lower[1:] if kind == TAG else lower
        if kind not in (WORD, TAG) or word in NEUTRAL_HERE:
            found.append(0.0)
            continue
        word = squash(word)
        found.append(lookup(key_of(word if by_word else stem(word))))
    return found


def key_of(word):
    return crc32(word.encode("utf-8", "replace"))
