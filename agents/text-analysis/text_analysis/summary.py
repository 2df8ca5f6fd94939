"""A summary made of the text's own sentences: the most central ones that do not repeat each other.

1. Each sentence becomes the set of its content stems, weighted by how telling they are in this text.
2. Sentences that share them are linked; centrality in that graph, with early sentences favoured, ranks them.
3. The best are taken one by one; what resembles those already taken is worth less (MMR).
"""

from math import log, sqrt

from text_analysis.ranking import centrality
from text_analysis.stemming import stem
from text_analysis.stopwords import STOP_WORDS
from text_analysis.tokens import NUMBER, TAG, WORD

_FEWEST_TO_CHOOSE = 3
_MOST_SENTENCES = 7
_SHARE = 0.3
_MOST_COMPARED = 300  # the graph grows with the square: text of one-word sentences must not
_SHORT, _LONG = 5, 35
_REDUNDANCY = 0.6


def summarise(sentences):
    readable = [index for index, sentence in enumerate(sentences) if any(t[0] == WORD for t in sentence.tokens)]
    if len(readable) <= _FEWEST_TO_CHOOSE - 1:
        return _shape(sentences, {index: 1.0 for index in readable})
    compared = _longest(sentences, readable)
    vectors = _vectors([sentences[index] for index in compared])
    ranks = _ranks(sentences, compared, vectors)
    return _shape(sentences, _choose(compared, vectors, ranks, _how_many(len(readable))))


def _how_many(count):
    return min(_MOST_SENTENCES, max(1 if count < 5 else 2, round(count * _SHARE)))


def _longest(sentences, readable):
    if len(readable) <= _MOST_COMPARED:
        return readable
    return sorted(sorted(readable, key=lambda index: -len(sentences[index].tokens))[:_MOST_COMPARED])


def _vectors(sentences):
    stems = []
    for sentence in sentences:
        counts = {}
        for kind, lower, _ in sentence.tokens:
            if kind in (WORD, TAG, NUMBER) and lower not in STOP_WORDS and len(lower) > 1:
                key = stem(lower)
                counts[key] = counts.get(key, 0) + 1
        stems.append(counts)
    spread = {}
    for counts in stems:
        for key in counts:
            spread[key] = spread.get(key, 0) + 1
    size = len(sentences)
    vectors = []
    for counts in stems:
        vector = {key: (1.0 + log(count)) * log(1.0 + size / spread[key]) for key, count in counts.items()}
        length = sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors.append({key: value / length for key, value in vector.items()})
    return vectors


def similarity(a, b):
    if len(a) > len(b):
        a, b = b, a
    return sum(value * b[key] for key, value in a.items() if key in b)


def _ranks(sentences, compared, vectors):
    edges = [{} for _ in vectors]
    for i, vector in enumerate(vectors):
        for j in range(i):
            weight = similarity(vector, vectors[j])
            if weight > 0.02:
                edges[i][j] = edges[j][i] = weight
    prior = [_prior(place, len(sentences), sentences[place].tokens) for place in compared]
    ranks = centrality(edges, prior)
    top = max(ranks) or 1.0
    return [rank / top * (0.5 + 0.5 * weight) for rank, weight in zip(ranks, prior, strict=True)]


def _prior(place, count, tokens):
    """Texts say what they are about at the start and often conclude at the end; fragments say little."""
    words = sum(1 for token in tokens if token[0] == WORD)
    position = 1.0 if place == 0 else 0.75 + 0.25 / (1 + place)
    if place == count - 1:
        position = max(position, 0.8)
    length = min(1.0, words / _SHORT) ** 2 if words < _SHORT else min(1.0, _LONG / words)
    question = 0.6 if tokens[-1][1].startswith("?") else 1.0
    return position * length * question


def _choose(compared, vectors, ranks, most):
    chosen = {}
    taken = []
    left = set(range(len(compared)))
    while left and len(chosen) < most:
        best = max(left, key=lambda i: (_marginal(i, vectors, ranks, taken), -i))
        left.remove(best)
        taken.append(best)
        chosen[compared[best]] = ranks[best]
    return chosen


def _marginal(i, vectors, ranks, taken):
    nearest = max((similarity(vectors[i], vectors[j]) for j in taken), default=0.0)
    return ranks[i] * (1.0 - _REDUNDANCY * nearest) - (_REDUNDANCY if nearest > 0.7 else 0.0)


def _shape(sentences, chosen):
    picked = sorted(chosen)
    text = " ".join(sentences[index].text for index in picked)
    whole = sum(len(sentence.text) + 1 for sentence in sentences) - 1
    top = max(chosen.values(), default=1.0) or 1.0
    return {
        "text": text,
        "sentences": [
            {"index": index, "text": sentences[index].text, "score": round(max(chosen[index] / top, 0.0), 3)}
            for index in picked
        ],
        "sentence_count": len(sentences),
        "compression": round(min(len(text) / whole, 1.0), 3) if whole > 0 else 1.0,
    }
