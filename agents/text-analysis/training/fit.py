"""Fits the two linear models and packs them as the sections of the weights file."""

from collections import Counter

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression, Ridge

from data import EMOTICON_DOMAIN, EVERYDAY_DOMAIN
from text_analysis.features import letter_features, word_features
from text_analysis.lexicon import key_of, valences
from text_analysis.model import Table
from text_analysis.rules import measure, negation_marks
from text_analysis.tokens import tokenize

_FEWEST = {"en": (2, 3), "ru": (3, 4)}  # texts in which a word or pair, and a run of letters, must occur
_LETTERS_SHARE = 0.7  # how freely letters may explain what words could
_MOST_STEPS = 100  # of a solver: what is left to gain after them does not show in held-out texts
_RULES_SHARE = {"en": 3.0, "ru": 0.3}
_ENGLISH_PENALTY = 70.0
_ENGLISH_WEIGHTS = {"tweets": 2.0, "movies": 0.7, EVERYDAY_DOMAIN: 3.0}  # nearly half of the texts are on films
_ENGLISH_BORDER = 0.6  # a rating nearer to 0 than this is neutral
_ENGLISH_DEVIATION = 1.12  # of held-out ratings from the predicted ones, see report.json
_RUSSIAN_FREEDOM = 0.05
_EMOTICON_FREEDOM = 0.3
_RUSSIAN_EVERYDAY_WEIGHT = 3.0
_BALANCE = 0.7  # 0: labels count as they come; 1: every label of a domain counts the same


class Extracted:
    """What the runtime's own code makes of the texts, read once and used for every fold."""

    def __init__(self, examples, language, lexicon):
        self.language = language
        self.lexicon = _lexicon_table(lexicon)
        self.rules, self.words, self.letters = [], [], []
        for example in examples:
            tokens = tokenize(example.text)
            negated = negation_marks(tokens, language)
            colours = valences(tokens, language, self.lexicon.value)
            self.rules.append(measure(tokens, colours, negated, language))
            self.words.append(word_features(tokens, language))
            self.letters.append(letter_features(tokens))
        self.rules = np.array(self.rules)


def fit_english(extracted, examples, chosen):
    targets = np.array([examples[i].target for i in chosen])
    design = _Design(extracted, chosen)
    model = Ridge(alpha=_ENGLISH_PENALTY, solver="sparse_cg", max_iter=_MOST_STEPS, tol=1e-4, fit_intercept=False)
    weights = [_ENGLISH_WEIGHTS.get(examples[i].domain, 1.0) for i in chosen]
    model.fit(design.matrix.astype(float), targets, sample_weight=weights)
    return {**design.sections([model.coef_.astype(float)]), "en-spread": [[_ENGLISH_DEVIATION, _ENGLISH_BORDER]]}


def fit_russian(extracted, examples, chosen):
    """Two steps: which words go with which emoticon, from many tweets; then labels, with that as one more measure."""
    design = _Design(extracted, chosen)
    labels = np.array([examples[i].target for i in chosen])
    by_emoticon = np.array([examples[i].domain == EMOTICON_DOMAIN for i in chosen])

    emoticons = LogisticRegression(C=_EMOTICON_FREEDOM, max_iter=_MOST_STEPS, tol=1e-3)
    emoticons.fit(design.features[by_emoticon], labels[by_emoticon] == "positive")
    hint = emoticons.coef_[0].astype(float)
    hint /= (design.features[by_emoticon] @ hint).std()
    hints = design.features[~by_emoticon] @ hint
    middle, spread = hints.mean(), hints.std()
    scaled = sparse.csr_matrix((hints - middle)[:, None] / spread * _RULES_SHARE["ru"], dtype=np.float32)

    model = LogisticRegression(C=_RUSSIAN_FREEDOM, max_iter=_MOST_STEPS, tol=1e-3, fit_intercept=False)
    weights = _russian_weights(examples, [i for i, skip in zip(chosen, by_emoticon, strict=True) if not skip])
    model.fit(sparse.hstack([design.matrix[~by_emoticon], scaled]).tocsr(), labels[~by_emoticon], sample_weight=weights)
    negative, neutral, positive = model.coef_.astype(float)  # in the order of model.classes_
    outputs = []
    for output in (negative - neutral, positive - neutral):
        share = output[-1] * _RULES_SHARE["ru"] / spread
        outputs.append(design.with_features(output[:-1], share * hint, -share * middle))
    return design.sections(outputs)


def _russian_weights(examples, chosen):
    counts = Counter((examples[i].domain, examples[i].target) for i in chosen)
    sizes = Counter(examples[i].domain for i in chosen)
    weights = []
    for i in chosen:
        domain, label = examples[i].domain, examples[i].target
        balance = (sizes[domain] / (3.0 * counts[domain, label])) ** _BALANCE
        weights.append(_RUSSIAN_EVERYDAY_WEIGHT if domain == EVERYDAY_DOMAIN else balance)
    return np.array(weights)


class _Design:
    """The matrix of a fit: rules, words and letters side by side; and the way back to sections."""

    def __init__(self, extracted, chosen):
        self._language = extracted.language
        self._lexicon = extracted.lexicon
        self._share = _RULES_SHARE[extracted.language]
        fewest_words, fewest_letters = _FEWEST[extracted.language]
        self._words = _Columns([extracted.words[i] for i in chosen], fewest_words, 1.0)
        self._letters = _Columns([extracted.letters[i] for i in chosen], fewest_letters, _LETTERS_SHARE)
        rules = extracted.rules[chosen]
        self._mean, self._spread = rules.mean(axis=0), rules.std(axis=0) + 1e-3
        self._mean[-1], self._spread[-1] = 0.0, 1.0  # the constant
        scaled = sparse.csr_matrix((rules - self._mean) / self._spread * self._share)
        self.features = sparse.hstack([self._words.matrix, self._letters.matrix]).tocsr().astype(np.float32)
        self.matrix = sparse.hstack([scaled, self.features]).tocsr().astype(np.float32)

    def with_features(self, weights, added, constant):
        """The weights of an output with more for the words and letters, and for the constant."""
        weights = weights.copy()
        weights[len(self._mean) :] += added
        weights[len(self._mean) - 1] += constant / self._share
        return weights

    def sections(self, outputs):
        rules = len(self._mean)
        border = rules + len(self._words.keys)
        name = self._language
        return {
            name + "-lexicon": self._lexicon,
            name + "-rules": [self._rule_weights(weights[:rules]) for weights in outputs],
            name + "-words": self._words.table([weights[rules:border] for weights in outputs]),
            name + "-letters": self._letters.table([weights[border:] for weights in outputs]),
        }


    def _rule_weights(self, weights):
        """For the measures as they come: what was taken off them is put into the constant."""
        weights = weights * self._share / self._spread
        weights[-1] -= float(weights @ self._mean)
        return weights.tolist()


class _Columns:
    """One kind of hashed features. Rare features are penalised less (idf), long texts are scaled down."""

    def __init__(self, sets, fewest, share):
        counts = Counter(key for keys in sets for key in keys)
        self.keys = sorted(key for key, count in counts.items() if count >= fewest)
        rows = {key: row for row, key in enumerate(self.keys)}
        self._idf = np.array([np.log((1 + len(sets)) / (1 + counts[key])) + 1.0 for key in self.keys]) * share
        pointers, columns, values = [0], [], []
        for keys in sets:
            known = sorted(rows[key] for key in keys if key in rows)
            columns.extend(known)
            values.extend(self._idf[known] / np.sqrt(len(known) or 1))
            pointers.append(len(columns))
        self.matrix = sparse.csr_matrix((values, columns, pointers), shape=(len(sets), len(self.keys)))

    def table(self, outputs):
        columns, scales = zip(*(_quantised(weights * self._idf) for weights in outputs), strict=True)
        return Table(self.keys, [column.tolist() for column in columns], scales)


def _quantised(weights):
    """int8 with a scale. The few outliers beyond it are clipped: they are not worth everybody's precision."""
    scale = float(np.quantile(np.abs(weights), 0.9995)) / 127.0
    return np.clip(np.rint(weights / scale), -127, 127).astype(int), scale


def _lexicon_table(lexicon):
    scale = max(map(abs, lexicon.values())) / 127.0
    pairs = sorted({key_of(word): round(valence / scale) for word, valence in lexicon.items()}.items())
    return Table([key for key, _ in pairs], [[value for _, value in pairs]], [scale])
