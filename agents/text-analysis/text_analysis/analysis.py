"""Runs the parts that were asked for over one shared reading of the text."""

from unicodedata import normalize

from text_analysis.language import detect_language
from text_analysis.sentences import split_sentences
from text_analysis.tokens import TAG, WORD, tokenize

# Not white space to str.split, and of no use to a reader.
_CONTROL = {code: " " for code in (*range(32), *range(127, 160), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}


class Sentence:
    __slots__ = ("text", "tokens")

    def __init__(self, text):
        self.text = text
        self.tokens = tokenize(text)


def analyse(text, parts, report):
    report(0.1, "read", "Reading the text")
    sentences = read_sentences(text)
    words = [token for sentence in sentences for token in sentence.tokens if token[0] in (WORD, TAG)]
    language = detect_language(words)
    result = {"text_length": len(text), "word_count": len(words), "language": language}
    for number, part in enumerate(parts):
        report(round(0.2 + 0.8 * number / len(parts), 2), part, _MESSAGES[part])
        result[part] = _compute(part, sentences)
    report(1.0, "done", "Done")
    return result


_MESSAGES = {
    "sentiment": "Weighing the words",
    "keywords": "Ranking the keywords",
    "summary": "Choosing the sentences",
}


def _compute(part, sentences):
    # Imported when needed: a part that is switched off costs nothing.
    if part == "sentiment":
        from text_analysis.sentiment import judge, load_judge

        return judge(sentences, load_judge())
    if part == "keywords":
        from text_analysis.keywords import rank_keywords

        return rank_keywords(sentences)
    from text_analysis.summary import summarise

    return summarise(sentences)


def read_sentences(text):
    return [Sentence(part) for part in split_sentences(clean(text))]


def clean(text):
    """Composed letters, no control characters, no halves of surrogate pairs."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return normalize("NFC", text.translate(_CONTROL))
