"""Sentiment: learned weights over words, word forms and what the rules say.

The model was trained on passages of one to three sentences. A longer text is cut into passages of that
length, each is judged, and the verdicts are averaged, the outspoken and the longer ones counting more.
"""

from math import erf, exp, sqrt

from text_analysis.features import letter_features, word_features
from text_analysis.language import script_of
from text_analysis.lexicon import valences
from text_analysis.model import load_sections
from text_analysis.rules import measure, negation_marks
from text_analysis.tokens import FACE, WORD

_PASSAGE_WORDS = 45
_MOST_SENTENCES = 10
_COLOURED = 0.15  # a sentence is worth pointing out from here on
_LANGUAGES = ("en", "ru")
LABELS = ("positive", "neutral", "negative")


class Verdict:
    """Probabilities of the three labels and a score, for one passage."""

    __slots__ = ("negative", "neutral", "positive", "score", "weight")

    def __init__(self, negative, neutral, positive, score, weight):
        self.negative = negative
        self.neutral = neutral
        self.positive = positive
        self.score = score
        self.weight = weight

    def label(self):
        return max(LABELS, key=lambda name: getattr(self, name))


class Judge:
    """`load` gives the sections of a language's model: a language that the text does not use is never read."""

    def __init__(self, load):
        self._load = load
        self._models = {}

    def verdict(self, tokens):
        """Judges a passage. In a mixed one, each language judges its own words."""
        counts = _words_by_language(tokens)
        total = sum(counts.values())
        if not total:
            return self._judge(tokens, "en", 1) if any(token[0] == FACE for token in tokens) else neutral()
        shares = [(language, counts[language]) for language in _LANGUAGES if _has_a_say(counts[language], total)]
        if len(shares) == 1:
            return self._judge(tokens, shares[0][0], total)
        parts = [self._judge(_only(tokens, language), language, count) for language, count in shares]
        return _average(parts)

    def _judge(self, tokens, language, words):
        sums = self._outputs(tokens, language)
        if language == "en":
            return _from_rating(sums[0], self._models["en"]["en-spread"][0], words)
        return _from_logits(sums, words)

    def _outputs(self, tokens, language):
        """The sum of words, letters and rules for each output of the language's model."""
        if language not in self._models:
            self._models[language] = self._load(language)
        sections = self._models[language]
        negated = negation_marks(tokens, language)
        colours = valences(tokens, language, sections[language + "-lexicon"].value)
        measures = measure(tokens, colours, negated, language)
        outputs = [
            sum(m * w for m, w in zip(measures, weights, strict=True)) for weights in sections[language + "-rules"]
        ]
        for features, table in (
            (word_features(tokens, language), sections[language + "-words"]),
            (letter_features(tokens), sections[language + "-letters"]),
        ):
            outputs = [output + part for output, part in zip(outputs, table.sums(features), strict=True)]
        return outputs


def load_judge():
    path = __file__.rpartition("/")[0] + "/weights.bin"
    return Judge(lambda language: load_sections(path, language))


def judge(sentences, model):
    whole = judge_whole(sentences, model)
    label = whole.label()
    return {
        "label": label,
        "score": round(whole.score, 4),
        "confidence": round(getattr(whole, label), 4),
        "shares": {name: round(getattr(whole, name), 4) for name in LABELS},
        "sentences": _striking(sentences, [model.verdict(sentence.tokens) for sentence in sentences]),
    }


def judge_whole(sentences, model):
    verdicts = [model.verdict(tokens) for tokens in _passages(sentences)]
    return _average(verdicts, by_strength=True) if verdicts else neutral()


def neutral():
    """Of what has nothing to judge by."""
    return Verdict(0.0, 1.0, 0.0, 0.0, 1)


def _passages(sentences):
    """Tokens of neighbouring sentences, joined up to the length that the model knows."""
    passage, size = [], 0
    for sentence in sentences:
        words = sum(1 for token in sentence.tokens if token[0] == WORD)
        if passage and size + words > _PASSAGE_WORDS:
            yield passage
            passage, size = [], 0
        passage.extend(sentence.tokens)
        size += words
    if passage:
        yield passage


def _striking(sentences, verdicts):
    strongest = sorted(range(len(sentences)), key=lambda i: -abs(verdicts[i].score))[:_MOST_SENTENCES]
    return [
        {"text": sentences[i].text, "score": round(verdicts[i].score, 4)}
        for i in sorted(strongest)
        if abs(verdicts[i].score) >= _COLOURED
    ]


def _words_by_language(tokens):
    counts = dict.fromkeys(_LANGUAGES, 0)
    for kind, lower, _ in tokens:
        script = script_of(lower) if kind == WORD else ""
        if script:
            counts[script] += 1
    return counts


def _has_a_say(count, total):
    """A brand name or two among Russian words is not a second language."""
    return count * 2 >= total or (count >= 3 and count * 5 >= total)


def _only(tokens, language):
    return [token for token in tokens if token[0] != WORD or script_of(token[1]) == language]


def _average(verdicts, by_strength=False):
    weights = [v.weight * (0.3 + abs(v.score)) if by_strength else v.weight for v in verdicts]
    whole = sum(weights) or 1.0

    def mean(name):
        return sum(weight * getattr(v, name) for weight, v in zip(weights, verdicts, strict=True)) / whole

    return Verdict(mean("negative"), mean("neutral"), mean("positive"), mean("score"), sum(v.weight for v in verdicts))


def _from_rating(rating, spread, words):
    """English was learned as a rating from -4 to 4; how sure it is follows from the spread of its errors."""
    deviation, border = spread
    below = _normal((-border - rating) / deviation)
    above = 1.0 - _normal((border - rating) / deviation)
    return Verdict(below, max(1.0 - below - above, 0.0), above, max(-1.0, min(1.0, rating / 4.0)), words)


def _normal(value):
    return 0.5 * (1.0 + erf(value / sqrt(2.0)))


def _from_logits(logits, words):
    """Russian was learned as labels: logits of negative and positive against neutral."""
    negative, positive = (exp(max(-30.0, min(30.0, logit))) for logit in logits)
    whole = 1.0 + negative + positive
    return Verdict(negative / whole, 1.0 / whole, positive / whole, (positive - negative) / whole, words)
