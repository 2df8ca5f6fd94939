"""Fits the two linear models and packs them as the sections of the weights file."""

from collections import Counter

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression, Ridge

from data import EMOTICON_DOMAIN
from text_analysis.features import letter_features, word_features
from text_analysis.lexicon import key_of, valences
from text_analysis.model import Table
from text_analysis.rules import measure, negation_marks
from text_analysis.tokens import tokenize

LABELS = ("negative", "neutral", "positive")
_FEWEST = {"words": 2, "letters": 3}  # texts in which a feature must occur
_LETTERS_SHARE = 0.7  # how freely letters may explain what words could
_RULES_SHARE = {"en": 8.0, "ru": 3.0}
_ENGLISH_PENALTY = 90.0
_ENGLISH_BORDER = 0.45  # a rating nearer to 0 than this is neutral
_RUSSIAN_FREEDOM = 0.05
_EMOTICON_WEIGHT = 0.1
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
    model = Ridge(alpha=_ENGLISH_PENALTY, solver="sparse_cg", tol=1e-4, random_state=0, fit_intercept=False)
    model.fit(design.matrix, targets)
    deviation = float(np.sqrt(np.mean((model.predict(design.matrix) - targets) ** 2))) * 1.25
    return {**design.sections([model.coef_]), "en-spread": [[deviation, _ENGLISH_BORDER]]}


def fit_russian(extracted, examples, chosen):
    labels = np.array([examples[i].target for i in chosen])
    design = _Design(extracted, chosen)
    model = LogisticRegression(C=_RUSSIAN_FREEDOM, max_iter=150, tol=1e-3, fit_intercept=False)
    model.fit(design.matrix, labels, sample_weight=_russian_weights(examples, chosen))
    negative, neutral, positive = model.coef_
    return design.sections([negative - neutral, positive - neutral])


def _russian_weights(examples, chosen):
    counts = Counter((examples[i].domain, examples[i].target) for i in chosen)
    sizes = Counter(examples[i].domain for i in chosen)
    weights = []
    for i in chosen:
        domain, label = examples[i].domain, examples[i].target
        if domain == EMOTICON_DOMAIN:
            weights.append(_EMOTICON_WEIGHT)
        else:
            weights.append((sizes[domain] / (3.0 * counts[domain, label])) ** _BALANCE)
    return np.array(weights)


class _Design:
    """The matrix of a fit: rules, words and letters side by side; and the way back to sections."""

    def __init__(self, extracted, chosen):
        self._language = extracted.language
        self._lexicon = extracted.lexicon
        self._share = _RULES_SHARE[extracted.language]
        self._words = _Columns([extracted.words[i] for i in chosen], _FEWEST["words"], 1.0)
        self._letters = _Columns([extracted.letters[i] for i in chosen], _FEWEST["letters"], _LETTERS_SHARE)
        self._rules = extracted.rules[chosen] * self._share
        self.matrix = sparse.hstack([sparse.csr_matrix(self._rules), self._words.matrix, self._letters.matrix]).tocsr()

    def sections(self, outputs):
        rules = self._rules.shape[1]
        border = rules + len(self._words.keys)
        name = self._language
        return {
            name + "-lexicon": self._lexicon,
            name + "-rules": [(weights[:rules] * self._share).tolist() for weights in outputs],
            name + "-words": self._words.table([weights[rules:border] for weights in outputs]),
            name + "-letters": self._letters.table([weights[border:] for weights in outputs]),
        }


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
            values.extend(self._idf[known] / np.sqrt(len(keys)))
            pointers.append(len(columns))
        self.matrix = sparse.csr_matrix((values, columns, pointers), shape=(len(sets), len(self.keys)))

    def table(self, outputs):
        columns, scales = zip(*(_quantised(weights * self._idf) for weights in outputs), strict=True)
        useful = [row for row in range(len(self.keys)) if any(column[row] for column in columns)]
        return Table(
            [self.keys[row] for row in useful], [[int(column[row]) for row in useful] for column in columns], scales
        )


def _quantised(weights):
    """int8 with a scale. The few outliers beyond it are clipped: they are not worth everybody's precision."""
    scale = float(np.quantile(np.abs(weights), 0.9995)) / 127.0
    return np.clip(np.rint(weights / scale), -127, 127).astype(int), scale


def _lexicon_table(lexicon):
    scale = max(map(abs, lexicon.values())) / 127.0
    pairs = sorted({key_of(word): round(valence / scale) for word, valence in lexicon.items()}.items())
    return Table([key for key, _ in pairs], [[value for _, value in pairs]], [scale])
