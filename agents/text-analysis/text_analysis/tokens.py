"""Splits text into words, numbers, punctuation, emoticons and emoji.

Written without `re`: importing it costs more than analysing a page of text.
"""

from text_analysis.emoji import EMOTICONS

WORD, NUMBER, PUNCTUATION, FACE, USER, LINK, TAG = range(7)

_APOSTROPHES = {0x2019: "'", 0x02BC: "'", 0x2018: "'", 0x0060: "'"}
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0xFE0E, 0xFE0F, 0xFEFF])
_FOLD = {**_APOSTROPHES, **_INVISIBLE}
_LINKS = ("http://", "https://", "www.", "ftp://")
_JOINERS = "'-"
_BRACKETS = "()"
_MARKS = "!?.…"


def fold(text):
    """One spelling for what means the same: apostrophes, invisible characters."""
    return text.translate(_FOLD)


def tokenize(text):
    """Returns (kind, lower, surface) for each token; `lower` is what is compared, `surface` what is shown."""
    text = fold(text)
    bare = _bare_brackets(text)
    tokens, offset = [], 0
    for chunk in text.split():
        if chunk.isalpha():
            tokens.append((WORD, _comparable(chunk), chunk))
            continue
        offset = text.index(chunk, offset)
        _split_chunk(chunk, tokens, offset, bare)
        offset += len(chunk)
    return tokens


def _bare_brackets(text):
    """Where a bracket has no partner. Russian writes smiles so: «спасибо))»."""
    if "(" not in text and ")" not in text:
        return frozenset()
    opened, bare = [], set()
    for place, char in enumerate(text):
        if char == "(":
            opened.append(place)
        elif char == ")":
            if opened:
                opened.pop()
            else:
                bare.add(place)
    return bare.union(opened)


def _comparable(word):
    return word.lower().replace("ё", "е")


def _split_chunk(chunk, tokens, offset, bare):
    if chunk[:8].lower().startswith(_LINKS):
        tokens.append((LINK, "<url>", chunk))
        return
    if chunk in EMOTICONS:
        tokens.append((FACE, chunk, chunk))
        return
    position, end = 0, len(chunk)
    while position < end:
        position = _next_token(chunk, position, end, tokens, offset, bare)


def _next_token(chunk, position, end, tokens, offset, bare):
    char = chunk[position]
    if char.isalnum():
        return _word(chunk, position, end, tokens)
    if char in "@#" and position + 1 < end and (chunk[position + 1].isalnum() or chunk[position + 1] == "_"):
        stop = _name_end(chunk, position + 1, end)
        surface = chunk[position:stop]
        tokens.append((USER, "<user>", surface) if char == "@" else (TAG, _comparable(surface), surface))
        return stop
    face = _emoticon_at(chunk, position)
    if face:
        tokens.append((FACE, face, face))
        return position + len(face)
    is_smile = offset + position in bare
    stop = position + 1
    while stop < end and chunk[stop] == char and (offset + stop in bare) == is_smile:
        stop += 1
    surface = chunk[position:stop]
    if is_smile:
        tokens.append((FACE, char, surface))
    else:
        tokens.append((PUNCTUATION, surface[:3] if char in _MARKS else char, surface))
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
    tokens.append((NUMBER if digits else WORD, _comparable(surface), surface))
    return stop


def _name_end(chunk, stop, end):
    while stop < end and (chunk[stop].isalnum() or chunk[stop] == "_"):
        stop += 1
    return stop


def _emoticon_at(chunk, position):
    for length in (4, 3, 2, 1):
        face = chunk[position : position + length]
        if len(face) == length and face in EMOTICONS and face not in _BRACKETS:
            return face
    return None
