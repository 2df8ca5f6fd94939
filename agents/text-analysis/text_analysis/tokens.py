"""Splits text into words, numbers, punctuation, emoticons and emoji.

Written without `re`: importing it costs more than analysing a page of text.
"""

from text_analysis.emoji import EMOJI, EMOTICONS

WORD, NUMBER, PUNCTUATION, FACE, USER, LINK, TAG = range(7)

_APOSTROPHES = {0x2019: "'", 0x02BC: "'", 0x2018: "'", 0x0060: "'"}
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0xFE0E, 0xFE0F, 0xFEFF])
_FOLD = {**_APOSTROPHES, **_INVISIBLE, ord("ё"): "е", ord("Ё"): "Е"}
_LINKS = ("http://", "https://", "www.", "ftp://")
_JOINERS = "'-"
_BRACKETS = "()"
_MARKS = "!?.…"


def fold(text):
    """One spelling for what means the same: apostrophes, ё, invisible characters."""
    return text.translate(_FOLD)


def tokenize(text):
    """Returns (kind, lower, surface) for each token; `lower` is what is compared, `surface` what is shown."""
    tokens = []
    for chunk in fold(text).split():
        if chunk.isalpha():
            tokens.append((WORD, chunk.lower(), chunk))
        else:
            _split_chunk(chunk, tokens)
    return tokens


def _split_chunk(chunk, tokens):
    head = chunk[:8].lower()
    if head.startswith(_LINKS):
        tokens.append((LINK, "<url>", chunk))
        return
    if chunk in EMOTICONS:
        tokens.append((FACE, chunk, chunk))
        return
    # Russian writes smiles as bare brackets: «спасибо))». Paired brackets are ordinary ones.
    bare = chunk.count(")") - chunk.count("(") if ")" in chunk or "(" in chunk else 0
    position, end = 0, len(chunk)
    while position < end:
        position = _next_token(chunk, position, end, bare, tokens)


def _next_token(chunk, position, end, bare, tokens):
    char = chunk[position]
    if char.isalnum():
        return _word(chunk, position, end, tokens)
    if char in "@#" and position + 1 < end and (chunk[position + 1].isalnum() or chunk[position + 1] == "_"):
        stop = _name_end(chunk, position + 1, end)
        surface = chunk[position:stop]
        if char == "@":
            tokens.append((USER, "<user>", surface))
        else:
            tokens.append((TAG, surface.lower(), surface))
        return stop
    face = _emoticon_at(chunk, position)
    if face:
        tokens.append((FACE, face, face))
        return position + len(face)
    stop = position + 1
    if char in EMOJI:
        tokens.append((FACE, char, char))
        return stop
    while stop < end and chunk[stop] == char:
        stop += 1
    surface = chunk[position:stop]
    if char in _BRACKETS and (stop - position > 1 or (bare > 0) == (char == ")") and bare):
        tokens.append((FACE, ")" if char == ")" else "(", surface))
    elif char in _MARKS:
        tokens.append((PUNCTUATION, surface[:3], surface))
    else:
        tokens.append((PUNCTUATION, char, surface))
    return stop


def _word(chunk, position, end, tokens):
    stop = position + 1
    digits = chunk[position].isdigit()
    while stop < end:
        char = chunk[stop]
        if char.isalnum():
            digits = digits and char.isdigit()
        elif char in _JOINERS and stop + 1 < end and chunk[stop + 1].isalnum():
            digits = False
        elif digits and char in ".," and stop + 1 < end and chunk[stop + 1].isdigit():
            pass
        else:
            break
        stop += 1
    surface = chunk[position:stop]
    # A face like «xD» or «:D» that begins with a letter is found only as a chunk of its own.
    tokens.append((NUMBER if digits else WORD, surface.lower(), surface))
    return stop


def _name_end(chunk, stop, end):
    while stop < end and (chunk[stop].isalnum() or chunk[stop] == "_"):
        stop += 1
    return stop


def _emoticon_at(chunk, position):
    for length in (4, 3, 2):
        face = chunk[position : position + length]
        if len(face) == length and face in EMOTICONS:
            return face
    return None
