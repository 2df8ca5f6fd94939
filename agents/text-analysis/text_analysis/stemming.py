"""Stems of English and Russian words: one key for all forms of a word. A stem is never shown to anybody.

Russian follows the steps of the Snowball algorithm. English is lighter than Porter's: it takes off
inflection and the commonest suffixes, and leaves words that would be confused with others.
"""

_RU_VOWELS = frozenset("аеиоуыэюя")
_RU_GERUND = frozenset("ившись ывшись ивши ывши ив ыв".split())
_RU_GERUND_AYA = frozenset("вшись вши в".split())
_RU_ADJECTIVE = frozenset(
    "ими ыми его ого ему ому ее ие ые ое ей ий ый ой ем им ым ом их ых ую юю ая яя ою ею".split()
)
_RU_PARTICIPLE = frozenset("ивш ывш ующ".split())
_RU_PARTICIPLE_AYA = frozenset("ем нн вш ющ щ".split())
_RU_VERB = frozenset(
    "ейте уйте ила ыла ена ите или ыли ило ыло ено ует уют ены ить ыть ишь ей уй ил ыл им ым ен ят ит ыт ую ю".split()
)
_RU_VERB_AYA = frozenset("ете йте ешь нно ла на ли ем ло но ет ют ны ть й л н".split())
_RU_NOUN = frozenset(
    "иями ями ами ией иям ием иях ев ов ие ье еи ии ей ой ий ям ем ам ом ах ях ию ью ия ья а е и й о у ы ь ю "
    "я".split()
)
_RU_REFLEXIVE = frozenset(("ся", "сь"))
_LONGEST_SUFFIX = 6

_EN_VOWELS = frozenset("aeiouy")
_EN_IRREGULAR = {
    "better": "good", "best": "good", "worse": "bad", "worst": "bad", "children": "child", "men": "man",
    "women": "woman", "people": "people", "was": "be", "were": "be", "is": "be", "are": "be", "been": "be",
    "went": "go", "gone": "go", "bought": "buy", "felt": "feel", "lost": "lose", "made": "make",
    "news": "news", "this": "this", "its": "its", "has": "have", "had": "have", "does": "do", "did": "do",
    "done": "do", "broke": "break", "broken": "break", "mice": "mouse", "feet": "foot", "teeth": "tooth",
    "lives": "life", "wives": "wife", "series": "series", "species": "species", "during": "during",
    "evening": "evening", "morning": "morning", "thing": "thing", "nothing": "nothing", "something": "something",
    "everything": "everything", "anything": "anything", "building": "building", "lens": "lens", "gas": "gas",
    "bus": "bus", "always": "always", "perhaps": "perhaps", "whereas": "whereas", "need": "need", "speed": "speed",
}  # fmt: skip


_known = {}  # one process reads one text: it cannot grow beyond that text's words


def stem(word):
    found = _known.get(word)
    if found is None:
        found = _known[word] = _stem(word)
    return found


def _stem(word):
    first = word[0]
    if "а" <= first <= "я":
        return stem_russian(word)
    if "a" <= first <= "z":
        return stem_english(word)
    return word


def stem_russian(word):
    region = _after_first_vowel(word)
    if region >= len(word):
        return word
    word = _strip_inflection(word, region)
    if word.endswith("и") and len(word) > region:
        word = word[:-1]
    for suffix in ("ость", "ост"):
        if word.endswith(suffix) and len(word) - len(suffix) >= _second_region(word):
            word = word[: -len(suffix)]
            break
    if word.endswith(("ейше", "ейш")) and len(word) - 3 > region:
        word = word[: word.rindex("ейш")]
    if word.endswith("нн"):
        return word[:-1]
    return word[:-1] if word.endswith("ь") and len(word) > region else word


def _strip_inflection(word, region):
    cut = _strip(word, region, _RU_GERUND, _RU_GERUND_AYA)
    if cut != word:
        return cut
    word = _strip(word, region, _RU_REFLEXIVE)
    cut = _strip(word, region, _RU_ADJECTIVE)
    if cut != word:
        return _strip(cut, region, _RU_PARTICIPLE, _RU_PARTICIPLE_AYA)
    cut = _strip(word, region, _RU_VERB, _RU_VERB_AYA)
    if cut != word:
        return cut
    return _strip(word, region, _RU_NOUN)


def _strip(word, region, suffixes, after_aya=frozenset()):
    """Takes off the longest suffix that lies after the first vowel; `after_aya` ones only after а or я."""
    for size in range(min(_LONGEST_SUFFIX, len(word) - region), 0, -1):
        suffix = word[-size:]
        if suffix in suffixes:
            return word[:-size]
        if suffix in after_aya and len(word) - size > region and word[-size - 1] in "ая":
            return word[:-size]
    return word


def _after_first_vowel(word):
    for index, char in enumerate(word):
        if char in _RU_VOWELS:
            return index + 1
    return len(word)


def _second_region(word):
    """Where Snowball's R2 begins: after the second consonant that follows a vowel."""
    found, previous = 0, False
    for index, char in enumerate(word):
        vowel = char in _RU_VOWELS
        if previous and not vowel:
            found += 1
            if found == 2:
                return index + 1
        previous = vowel
    return len(word)


def stem_english(word):
    if word.endswith("'s"):
        word = word[:-2]
    if word in _EN_IRREGULAR:
        return _EN_IRREGULAR[word]
    if len(word) < 4:
        return word
    word = _singular(word)
    word = _without_tense(word)
    return _without_derivation(word)


def _singular(word):
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def _without_tense(word):
    for suffix in ("ing", "ed"):
        if not word.endswith(suffix):
            continue
        base = word[: -len(suffix)]
        if len(base) < 3 or _EN_VOWELS.isdisjoint(base):
            return word
        if base[-1] == base[-2] and base[-1] not in "lsz":
            return base[:-1]
        return base
    return word


def _without_derivation(word):
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
        word = word[:-1] + "y" if word.endswith("i") else word
    if word.endswith("ness") and len(word) > 6:
        word = word[:-4]
        word = word[:-1] + "y" if word.endswith("i") else word
    if word.endswith("e") and len(word) > 3:
        return word[:-1]
    if word.endswith("y") and len(word) > 3 and word[-2] not in _EN_VOWELS:
        return word[:-1] + "i"
    return word
