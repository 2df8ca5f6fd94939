"""Keywords: words ranked by centrality in a graph of what stands near what, joined to phrases.

1. Content words of each sentence, merged over their forms by stem.
2. A graph of words that stand close together; centrality with an early position as the prior.
3. Phrases: neighbours that the grammar joins; worth the words in them, more when repeated.
4. The best, without those that only repeat a part of a better one.
"""

from math import log

from text_analysis.phrases import Grammar
from text_analysis.ranking import centrality
from text_analysis.stemming import stem
from text_analysis.stopwords import STOP_WORDS
from text_analysis.tokens import PUNCTUATION, TAG, WORD
from text_analysis.wordclass import ADJECTIVE, ADVERB, NOUN, VERB

_MOST = 12
_LONGEST_PHRASE = 3
_WINDOW = 4
_CLASS_WEIGHT = {NOUN: 1.0, ADJECTIVE: 0.5, VERB: 0.2, ADVERB: 0.1}
_NAME_WEIGHT = 1.25
_VERB_SIGNS = frozenset(
    "i you we they he she who to will would can could should may might must don't didn't doesn't can't couldn't "
    "won't wouldn't never please let's i'll we'll you'll they'll i'd we'd which still always just".split()
)
_OBJECT_SIGNS = frozenset("a an the my your our his her their its me him them us how".split())
_NOUN_SIGNS = frozenset("the a an my your our his her their its this these those no every each of".split())
_QUALITY_SIGNS = frozenset(
    "is are was were be been being am very so too really quite not more most much even than".split()
)


class Term:
    """All occurrences of one stem."""

    __slots__ = ("key", "forms", "first", "count", "verbal", "nominal", "predicative", "named", "kind")

    def __init__(self, key, first):
        self.key = key
        self.first = first
        self.forms = {}
        self.count = self.verbal = self.nominal = self.predicative = self.named = 0
        self.kind = NOUN


def rank_keywords(sentences):
    terms, runs = _collect(sentences)
    if not terms:
        return []
    grammar = Grammar(terms)
    for term in terms.values():
        term.kind = grammar.kind(term)
    candidates = _candidates(runs, terms, _worth(terms, runs), grammar)
    chosen = _choose(candidates, min(_MOST, 4 + sum(map(len, runs)) // 12))
    top = chosen[0][0] if chosen else 1.0
    return [
        {
            "keyword": grammar.shown(keys, max(forms, key=lambda form: (forms[form], form))),
            "score": max(round(score / top, 3), 0.001),
            "count": count,
        }
        for score, keys, forms, count in chosen
    ]


def _collect(sentences):
    """Terms by stem, and runs of neighbouring content words as lists of (key, surface)."""
    terms, runs = {}, []
    for sentence in sentences:
        run, previous, opening = [], "", True
        following = [token[1] for token in sentence.tokens[1:]] + [""]
        for (kind, lower, surface), after in zip(sentence.tokens, following, strict=False):
            if kind == TAG:
                lower, surface = lower[1:], surface[1:]
            if _is_content(kind, lower):
                key = stem(lower)
                term = terms.get(key) or terms.setdefault(key, Term(key, len(terms)))
                _note(term, surface, previous, opening)
                term.verbal += after in _OBJECT_SIGNS
                run.append((key, surface))
            elif run:
                runs.append(run)
                run = []
            if kind != PUNCTUATION:
                previous, opening = lower, False
        if run:
            runs.append(run)
    return terms, runs


def _is_content(kind, lower):
    if kind not in (WORD, TAG) or lower in STOP_WORDS or "'" in lower:
        return False
    return len(lower) > 2 and lower[0].isalpha()


def _note(term, surface, previous, opening):
    term.count += 1
    term.forms[surface] = term.forms.get(surface, 0) + 1
    term.verbal += previous in _VERB_SIGNS
    term.nominal += previous in _NOUN_SIGNS
    term.predicative += previous in _QUALITY_SIGNS
    term.named += surface[0].isupper() and (not opening or surface.isupper())


def _worth(terms, runs):
    order = list(terms)
    index = {key: number for number, key in enumerate(order)}
    edges = [{} for _ in order]
    for run in runs:
        for place, (key, _) in enumerate(run):
            for other, _ in run[place + 1 : place + _WINDOW]:
                if other != key:
                    a, b = index[key], index[other]
                    edges[a][b] = edges[a].get(b, 0.0) + 1.0
                    edges[b][a] = edges[b].get(a, 0.0) + 1.0
    prior = [terms[key].count * (1.0 + 1.0 / (1.0 + 0.15 * terms[key].first)) for key in order]
    mean = 1.0 / len(order)
    worth = {}
    for key, rank in zip(order, centrality(edges, prior), strict=True):
        term = terms[key]
        weight = _CLASS_WEIGHT[term.kind] * (_NAME_WEIGHT if term.named * 2 > term.count else 1.0)
        worth[key] = weight * (rank / mean) ** 0.5 * (1.0 + log(term.count))
    return worth


def _candidates(runs, terms, worth, grammar):
    """(score, keys, surfaces with their frequency, count) of each single word and phrase."""
    found = {}
    for run in runs:
        for size in range(1, _LONGEST_PHRASE + 1):
            for start in range(len(run) - size + 1):
                part = run[start : start + size]
                if _cuts_a_name(run, start, start + size):
                    continue
                keys = tuple(key for key, _ in part)
                surfaces = tuple(surface for _, surface in part)
                if grammar.joins(keys, surfaces):
                    forms = found.setdefault(keys, {})
                    forms[surfaces] = forms.get(surfaces, 0) + 1
    return [(_score(keys, forms, terms, worth), keys, forms, sum(forms.values())) for keys, forms in found.items()]


def _cuts_a_name(run, start, stop):
    """«Глава регулятора Эльвиры» | «Набиуллиной»."""
    capital = [surface[0].isupper() and not surface.isupper() for _, surface in run[max(start - 1, 0) : stop + 1]]
    if stop < len(run) and capital[-1] and capital[-2]:
        return True
    return start > 1 and capital[0] and capital[1]


def _score(keys, forms, terms, worth):
    total = sum(worth[key] for key in keys)
    if len(keys) == 1:
        return total
    count = sum(forms.values())
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
    """A part of a chosen phrase is news only when it often stands without it."""
    _, keys, _, count = candidate
    _, other_keys, _, other_count = other
    shared = len(set(keys) & set(other_keys))
    if not shared:
        return False
    if len(keys) == 1:
        return count <= other_count + 1
    return shared * 2 > min(len(keys), len(other_keys)) or count == 1
