"""The dictionary form of Russian nouns and adjectives, looked up and never guessed: a keyword must be a real word.

dictionary.bin holds hashes of words in their dictionary form. A form is brought there by trying endings; what is
not found stays as the text has it.
"""

from zlib import crc32

from text_analysis.model import load_sections

MASCULINE, FEMININE, NEUTER = 1, 2, 3

# (ending of a form, endings of the dictionary form it may come from); longer endings first.
_NOUN_ENDINGS = (
    ("иями", ("ия", "ие")), ("иях", ("ия", "ие", "ий")), ("иям", ("ия", "ие", "ий")), ("ием", ("ие", "ий")),
    ("ией", ("ия",)), ("ости", ("ость",)), ("остью", ("ость",)), ("енем", ("я",)), ("ени", ("я",)), ("ена", ("я",)),
    ("ками", ("ка", "ок", "ек", "к", "ко")), ("ках", ("ка", "ок", "ек", "к", "ко")), ("кам", ("ка", "ок", "ек", "к")),
    ("ком", ("ок", "ек", "к", "ко")), ("ков", ("ок", "ек", "к")), ("кой", ("ка",)), ("кою", ("ка",)),
    ("ки", ("ка", "ок", "ек", "к")), ("ку", ("ка", "ок", "ек", "к")), ("ке", ("ка", "ок", "ек", "к", "ко")),
    ("ка", ("ок", "ек", "к", "ко")), ("ок", ("ка", "ко")), ("ек", ("ка", "ко")),
    ("нцами", ("нец",)), ("нцам", ("нец",)), ("нцах", ("нец",)), ("нцев", ("нец",)), ("нцем", ("нец",)),
    ("нца", ("нец",)), ("нцу", ("нец",)), ("нце", ("нец", "нце")), ("нцы", ("нец", "нца")),
    ("цов", ("ец", "ца")), ("цами", ("ец", "ца", "ц")), ("цом", ("ец", "ц")), ("цах", ("ец", "ца")),
    ("нями", ("ень", "ня")), ("нях", ("ень", "ня")), ("ней", ("ень", "ня")), ("нем", ("ень",)),
    ("ями", ("я", "ь", "е", "й", "и")), ("ами", ("а", "", "о", "ь", "е", "ы", "и")),
    ("ях", ("я", "ь", "е", "й", "и")), ("ах", ("а", "", "о", "ь", "е", "ы", "и")), ("ям", ("я", "ь", "е", "й", "и")),
    ("ам", ("а", "", "о", "ь", "е", "ы", "и")), ("ью", ("ь",)), ("ов", ("", "ы")), ("ев", ("й", "ь", "", "е")),
    ("ом", ("", "о")), ("ем", ("ь", "й", "", "е")), ("ой", ("а",)), ("ей", ("я", "ь", "а", "е", "ея")),
    ("ий", ("ия", "ие", "ье")), ("ию", ("ия", "ие", "ий")), ("ии", ("ия", "ие", "ий")), ("ия", ("ие", "ий")),
    ("ия", ("ия",)), ("ие", ("ия",)),
    ("ы", ("а", "")), ("и", ("а", "я", "ь", "", "й")), ("у", ("а", "", "о", "е")), ("ю", ("я", "ь", "й", "е")),
    ("е", ("а", "", "о", "я", "ь", "й")), ("а", ("", "о", "ь")), ("я", ("ь", "й", "е")),
    ("", ("а", "о", "я")),
)  # fmt: skip
_ADJECTIVE_ENDINGS = (
    "ыми", "ими", "ого", "его", "ому", "ему", "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ым", "им",
    "ых", "их", "ую", "юю", "ом", "ем", "ей",
)  # fmt: skip
_AGREEING = {MASCULINE: None, FEMININE: ("ая", "яя"), NEUTER: ("ое", "ее")}
_PARTICIPLES = ("ущ", "ющ", "ащ", "ящ", "вш")
_HISSING = "жшчщц"


def word_key(word):
    return crc32(word.encode("utf-8", "replace"))


class WordForms:
    def __init__(self, path):
        sections = load_sections(path)
        self._nouns = sections["nouns"]
        self._adjectives = sections["adjectives"]
        self._known = {}

    def nouns(self, word):
        """Every noun that the word may be a form of, as (dictionary form, gender); the likeliest first."""
        if word not in self._known:
            self._known[word] = list(self._candidates(word))
        return self._known[word]

    def _candidates(self, word):
        seen = set()
        gender = self._nouns.value(word_key(word))
        if gender:
            seen.add(word)
            yield word, int(gender)
        for ending, endings in _NOUN_ENDINGS:
            if not word.endswith(ending) or len(word) - len(ending) < (2 if ending else 4):
                continue
            base = word[: len(word) - len(ending)]
            for other in endings:
                gender = self._nouns.value(word_key(base + other))
                if gender and base + other not in seen and _may_end(ending, other, int(gender)):
                    seen.add(base + other)
                    yield base + other, int(gender)

    def adjective(self, word):
        """The dictionary form of an adjective in any form, or None."""
        for ending in _ADJECTIVE_ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                base = word[: -len(ending)]
                for other in ("ый", "ий", "ой"):
                    if self._adjectives.value(word_key(base + other)):
                        return base + other
                if base.endswith(_PARTICIPLES):  # too many to be in the dictionary, and always regular
                    return base + "ий"
        return None


def agreeing(adjective, gender):
    """An adjective in its dictionary form, made to agree with a noun of this gender."""
    if gender == MASCULINE:
        return adjective
    base, ending = adjective[:-2], adjective[-2:]
    soft = ending == "ий" and base[-1] not in "гкх" + _HISSING
    hard, softer = _AGREEING[gender]
    if gender == NEUTER and base[-1] in _HISSING and ending == "ий":
        return base + softer
    return base + (softer if soft else hard)


def _may_end(ending, other, gender):
    """Keeps apart what only looks alike: «картой» is not from a masculine «карт»."""
    if other in ("", "й") and ending in ("ой", "и") and gender != MASCULINE:
        return False
    if other == "ь":
        return (ending in ("и", "ью", "ей", "ям", "ями", "ях", "ам", "ами", "ах")) or gender == MASCULINE
    return True


def load_forms():
    return WordForms(__file__.rpartition("/")[0] + "/dictionary.bin")
