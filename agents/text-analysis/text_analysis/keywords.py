"""Keywords: words ranked by centrality in a graph of what stands near what, joined to phrases.

1. Content words of each sentence, merged over their forms by stem.
2. A graph of words that stand close together; centrality with an early position as the prior.
3. Phrases: adjacent content words that end in a noun; worth the words in them, more when repeated.
4. The best, without those that only repeat a part of a better one, shown in a form that the text uses.
"""

from math import log

from text_analysis.ranking import centrality
from text_analysis.stemming import stem
from text_analysis.stopwords import STOP_WORDS
from text_analysis.tokens import NUMBER, PUNCTUATION, TAG, WORD
from text_analysis.wordclass import ADJECTIVE, NOUN, word_class
from text_analysis.wordforms import best_form

_MOST = 12
_LONGEST_PHRASE = 3
_WINDOW = 4
_CLASS_WEIGHT = {"noun": 1.0, "adjective": 0.45, "verb": 0.2, "adverb": 0.1}
_NAME_WEIGHT = 1.3
_VERB_SIGNS = frozenset(
    "i you we they he she it who to will would can could should may might must don't didn't doesn't can't couldn't "
    "won't wouldn't not never please let's i'll we'll you'll they'll i'd we'd still always".split()
)
_NOUN_SIGNS = frozenset("the a an my your our his her their its this that these those no every each".split())


class Term:
    """All occurrences of one stem."""

    __slots__ = ("key", "forms", "first", "count", "verbal", "nominal", "named", "kind")

    def __init__(self, key, first):
        self.key = key
        self.first = first
        self.forms = {}
        self.count = self.verbal = self.nominal = self.named = 0
        self.kind = NOUN


def rank_keywords(sentences):
    terms, runs = _collect(sentences)
    if not terms:
        return []
    worth = _worth(terms, runs)
    candidates = _phrases(runs, terms, worth)
    chosen = _choose(candidates, _how_many(runs))
    top = chosen[0][0] if chosen else 1.0
    return [
        {"keyword": best_form(keys, surfaces), "score": max(round(score / top, 3), 0.001), "count": count}
        for score, keys, surfaces, count in chosen
    ]


def _how_many(runs):
    return min(_MOST, 4 + sum(map(len, runs)) // 12)


def _collect(sentences):
    """Terms by stem, and runs of neighbouring content words as (key, surface) lists."""
    terms, runs = {}, []
    for sentence in sentences:
        run, previous, opening = [], "", True
        for kind, lower, surface in sentence.tokens:
            if kind == TAG:
                lower, surface = lower[1:], surface[1:]
            if not _is_content(kind, lower):
                if run and not (kind == NUMBER and len(run) == 0):
                    runs.append(run)
                    run = []
            else:
                key = stem(lower)
                term = terms.get(key) or terms.setdefault(key, Term(key, len(terms)))
                _note(term, surface, lower, previous, opening)
                run.append((key, surface))
            if kind != PUNCTUATION:
                previous, opening = lower, False
        if run:
            runs.append(run)
    for term in terms.values():
        term.kind = _kind(term)
    return terms, runs


def _is_content(kind, lower):
    if kind not in (WORD, TAG) or lower in STOP_WORDS or "'" in lower:
        return False
    return len(lower) > 2 and not lower[0].isdigit() and not (lower[-1] == "_")


def _note(term, surface, lower, previous, opening):
    term.count += 1
    term.forms[surface] = term.forms.get(surface, 0) + 1
    term.verbal += previous in _VERB_SIGNS
    term.nominal += previous in _NOUN_SIGNS
    term.named += not opening and surface[0].isupper()


def _kind(term):
    word = max(term.forms, key=term.forms.get).lower()
    kind = word_class(word)
    if term.verbal and not term.nominal:
        return "verb"
    return NOUN if term.nominal and kind == "verb" else kind


def _worth(terms, runs):
    order = list(terms)
    index = {key: number for number, key in enumerate(order)}
    edges = [{} for _ in order]
    for run in runs:
        for place, (key, _) in enumerate(run):
            for other, _ in run[place + 1 : place + _WINDOW]:
                if other == key:
                    continue
                a, b = index[key], index[other]
                edges[a][b] = edges[a].get(b, 0.0) + 1.0
                edges[b][a] = edges[b].get(a, 0.0) + 1.0
    prior = [terms[key].count * (1.0 + 1.0 / (1.0 + 0.15 * terms[key].first)) for key in order]
    ranks = centrality(edges, prior)
    mean = 1.0 / len(order)
    worth = {}
    for key, rank in zip(order, ranks, strict=True):
        term = terms[key]
        weight = _CLASS_WEIGHT[term.kind] * (_NAME_WEIGHT if term.named * 2 > term.count else 1.0)
        worth[key] = weight * (rank / mean) ** 0.5 * (1.0 + log(term.count)) * (0.8 if len(key) < 4 else 1.0)
    return worth


def _phrases(runs, terms, worth):
    """(score, keys, surfaces by frequency, count) for every candidate."""
    found = {}
    for run in runs:
        for size in range(1, _LONGEST_PHRASE + 1):
            for start in range(len(run) - size + 1):
                part = run[start : start + size]
                keys = tuple(key for key, _ in part)
                if _is_phrase(keys, terms):
                    surface = " ".join(form for _, form in part)
                    forms = found.setdefault(keys, {})
                    forms[surface] = forms.get(surface, 0) + 1
    candidates = []
    for keys, forms in found.items():
        count = sum(forms.values())
        candidates.append((_phrase_score(keys, count, terms, worth), keys, forms, count))
    return candidates


def _is_phrase(keys, terms):
    kinds = [terms[key].kind for key in keys]
    if len(set(keys)) < len(keys) or kinds[-1] != NOUN:
        return len(keys) == 1 and terms[keys[0]].count > 1 and kinds[0] != "adverb"
    return all(kind in (NOUN, ADJECTIVE) for kind in kinds)


def _phrase_score(keys, count, terms, worth):
    total = sum(worth[key] for key in keys)
    if len(keys) == 1:
        return total
    together = count / min(terms[key].count for key in keys)
    return total / len(keys) ** 0.6 * (0.75 + 0.25 * together) * (1.0 + 0.3 * log(count))


def _choose(candidates, most):
    chosen = []
    for candidate in sorted(candidates, key=lambda item: (-item[0], item[1])):
        if len(chosen) == most:
            break
        if not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def _repeats(candidate, other):
    """A part of a chosen phrase is news only when it also stands on its own."""
    shared = set(candidate[1]) & set(other[1])
    if not shared:
        return False
    if len(candidate[1]) == 1:
        return candidate[3] <= other[3] + 1
    return len(shared) * 2 > min(len(candidate[1]), len(other[1]))
