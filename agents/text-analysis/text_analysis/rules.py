"""What a reader's rules say about a passage: word valences under negation, emphasis and contrast.

Returns numbers, not a verdict: the learned model weighs them together with the words themselves.
"""

from math import log, sqrt

from text_analysis.emoji import EMOTICONS
from text_analysis.modifiers import (
    ABLE,
    AFTER_NEGATION_VOID,
    BEING,
    COMPARATIVES,
    DIMINISHERS,
    INTENSIFIERS,
    NEGATIONS,
    OPINIONS,
    TURNS,
    UNABLE,
)
from text_analysis.tokens import FACE, LINK, NUMBER, PUNCTUATION, TAG, USER, WORD

_BOOST = 0.293
_CAPITALS = 0.733
_NEGATED = -0.74
_REACH = 3  # words back in which a negation or an intensifier is looked for
_OPINION_REACH = 7  # "I don't think this is a good idea"
_DAMPING = (1.0, 0.95, 0.9)
_SATURATION = 15.0
_STOPS = frozenset(",;:.!?()…")


def negation_marks(tokens, language):
    """For each token, whether it stands in the reach of a negation."""
    negations = NEGATIONS[language]
    marks, left = [], 0
    last = len(tokens) - 1
    for index, (kind, lower, _) in enumerate(tokens):
        marks.append(left > 0 and kind == WORD)
        if kind == PUNCTUATION and lower[0] in _STOPS:
            left = 0
        elif kind == WORD:
            left -= 1
            if lower not in negations or (index < last and tokens[index + 1][1] in AFTER_NEGATION_VOID):
                continue
            # «Не могу не похвалить»: the second takes back the first. "Could not be better": nothing is denied.
            taken_back = lower == "не" and left > 0 and tokens[index - 1][1] in ABLE
            opinion = index < last and tokens[index + 1][1] in OPINIONS
            left = 0 if taken_back or _is_praise(tokens, index) else _OPINION_REACH if opinion else _REACH
    return marks


def _is_praise(tokens, index):
    """"Could not have been kinder", "couldn't be happier", «не могло быть лучше»: a comparative after "be"."""
    if not any(lower in UNABLE for _, lower, _ in tokens[max(index - 1, 0) : index + 2]):
        return False
    words = [lower for _, lower, _ in tokens[index + 1 : index + 5]]
    for place, word in enumerate(words[1:], 1):
        if words[place - 1] in BEING and (word in COMPARATIVES or (word.endswith("er") and len(word) > 4)):
            return True
    return False


def measure(tokens, valences, negated, language):
    """`valences` has one number per token, 0 for those without any. Returns the list of measures."""
    shouting = _is_partly_capital(tokens)
    scores = _adjusted(tokens, valences, negated, shouting, language)
    turn = _last_turn(tokens)
    before, after = scores[:turn], scores[turn:]
    total = sum(scores)
    weighed = total if not turn else 0.5 * sum(before) + 1.5 * sum(after)
    marks = _punctuation(tokens)
    emphasis = 0.292 * min(marks["!"], 4) + (0.18 * min(marks["?"], 3) if marks["?"] > 1 else 0.0)
    loud = weighed + emphasis * ((weighed > 0) - (weighed < 0))
    words = sum(1 for token in tokens if token[0] == WORD) or 1
    positive = sum(s for s in scores if s > 0)
    negative = -sum(s for s in scores if s < 0)
    hits = [s for s in scores if s]
    faces = sum(EMOTICONS.get(token[1], 0.0) for token in tokens if token[0] == FACE)
    return [
        loud / sqrt(loud * loud + _SATURATION),
        weighed / sqrt(words),
        positive / (positive + negative + 3.0),
        negative / (positive + negative + 3.0),
        max(scores, default=0.0) / 4.0,
        min(scores, default=0.0) / 4.0,
        hits[-1] / 4.0 if hits else 0.0,
        hits[0] / 4.0 if hits else 0.0,
        (sum(after) if turn else 0.0) / 4.0,
        faces / (abs(faces) + 2.0),
        len(hits) / (words + 3.0),
        *_style(tokens, marks, words, shouting),
    ]


def _adjusted(tokens, valences, negated, shouting, language):
    intensifiers, diminishers = INTENSIFIERS[language], DIMINISHERS[language]
    scores = []
    for index, valence in enumerate(valences):
        if not valence:
            scores.append(0.0)
            continue
        kind, lower, surface = tokens[index]
        sign = 1.0 if valence > 0 else -1.0
        size = abs(valence)
        if shouting and kind == WORD and len(surface) > 1 and surface.isupper():
            size += _CAPITALS
        for distance, factor in enumerate(_DAMPING, 1):
            if distance > index:
                break
            neighbour = tokens[index - distance][1]
            if neighbour in intensifiers:
                size += _BOOST * factor
            elif neighbour in diminishers:
                size -= _BOOST * factor
        scores.append(sign * max(size, 0.1) * (_NEGATED if negated[index] else 1.0))
    return scores


def _last_turn(tokens):
    for index in range(len(tokens) - 1, 0, -1):
        if tokens[index][1] in TURNS:
            return index
    return 0


def _is_partly_capital(tokens):
    capital = plain = False
    for kind, lower, surface in tokens:
        if kind == WORD and len(surface) > 1:
            if surface.isupper():
                capital = True
            elif surface != surface.upper():
                plain = True
    return capital and plain


def _punctuation(tokens):
    marks = {"!": 0, "?": 0, "…": 0, ",": 0, '"': 0, ":": 0}
    for kind, lower, surface in tokens:
        if kind != PUNCTUATION:
            continue
        if lower[0] in "!?":
            marks[lower[0]] += len(surface)
        elif lower == "..." or lower == "…" or surface == "..":
            marks["…"] += 1
        elif lower in "«»“”\"":
            marks['"'] += 1
        elif lower in marks:
            marks[lower] += 1
    return marks


def _style(tokens, marks, words, shouting):
    kinds = [0] * 7
    for token in tokens:
        kinds[token[0]] += 1
    first = next((token[2] for token in tokens if token[0] == WORD), "")
    return [
        log(1 + words) / 3.0,
        min(marks["!"], 4) / 2.0,
        min(marks["?"], 3) / 2.0,
        min(marks["…"], 3) / 2.0,
        min(marks[","], 5) / 3.0,
        min(marks['"'], 4) / 2.0,
        min(marks[":"], 2) / 1.0,
        min(kinds[FACE], 3) / 2.0,
        min(kinds[USER], 2) / 1.0,
        min(kinds[LINK], 2) / 1.0,
        min(kinds[TAG], 3) / 1.0,
        min(kinds[NUMBER], 4) / 2.0,
        1.0 if shouting else 0.0,
        1.0 if first[:1].isupper() else 0.0,
        1.0 if tokens and tokens[-1][0] == PUNCTUATION and tokens[-1][1][0] in ".!?…" else 0.0,
        1.0,
    ]
