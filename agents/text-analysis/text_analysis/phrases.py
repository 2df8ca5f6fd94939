"""Which words make up a phrase, and how a phrase is shown."""

from text_analysis.language import script_of
from text_analysis.wordclass import ADJECTIVE, NOUN, VERB, english_class, russian_class
from text_analysis.wordforms import agreeing, load_forms

# «служба поддержки», «качество мобильной связи»: what follows a noun stands in the genitive.
_GENITIVE = ("а", "я", "ы", "и", "ов", "ев", "ей", "ий", "ок", "ек")
_VOWELS = "аеёиоуыэюя"
_GENITIVE_ADJECTIVE = ("ого", "его", "ой", "ей", "ых", "их")


class Grammar:
    """Knows the terms of one text. Russian needs the dictionary, which is loaded only for a Russian word."""

    def __init__(self, terms):
        self._terms = terms
        self._forms = load_forms() if any(script_of(key) == "ru" for key in terms) else None
        self._nouns = {}

    def kind(self, term):
        word = comparable(max(term.forms, key=lambda form: (term.forms[form], form)))
        if script_of(word) == "ru":
            return NOUN if word.isupper() else russian_class(word, self._forms)
        kind = english_class(word)
        if term.predicative == term.count and not term.named:
            return ADJECTIVE
        if term.nominal:
            return NOUN if kind != ADJECTIVE or word.endswith(("ing", "al")) else kind
        return VERB if term.verbal and not term.named else kind

    def joins(self, keys, surfaces):
        """Whether neighbours form a keyword: nouns, with adjectives before them, and genitives after."""
        kinds = [self._terms[key].kind for key in keys]
        if kinds[-1] != NOUN or len(set(keys)) < len(keys):
            return False
        if any(kind not in (NOUN, ADJECTIVE) for kind in kinds):
            return False
        if script_of(keys[-1]) != "ru":
            return all(script_of(key) != "ru" or kind == ADJECTIVE for key, kind in zip(keys, kinds, strict=True))
        head = kinds.index(NOUN)
        if script_of(keys[head]) != "ru" and head < len(keys) - 1:
            return False
        return all(self._follows(surfaces[i - 1], kinds[i], surfaces[i]) for i in range(head + 1, len(keys)))

    def _follows(self, before, kind, surface):
        word = comparable(surface)
        if surface[0].isupper() and before[0].isupper():
            return True
        if kind == ADJECTIVE:
            return word.endswith(_GENITIVE_ADJECTIVE)
        nouns = self._forms.nouns(word)
        if not nouns:
            return surface.isupper() or word.endswith(_GENITIVE)
        is_dictionary_form = nouns[0][0] == word
        if word[-1] not in _VOWELS + "йь":  # «группа лиц»: a bare stem, if it is not the nominative itself
            return word.endswith(("ов", "ев")) or not is_dictionary_form
        return word.endswith(_GENITIVE) and not is_dictionary_form

    def shown(self, keys, surfaces):
        """The phrase in its dictionary form, as far as the dictionary knows it."""
        named = [self._is_name(key) for key in keys]
        if all(named) and script_of(keys[0]) == "ru":
            return " ".join(self._full_name(surfaces))
        words = [word if name else _small(word) for word, name in zip(surfaces, named, strict=True)]
        head = next((i for i, key in enumerate(keys) if self._terms[key].kind == NOUN), 0)
        noun = self._dictionary_noun(keys[head])
        if noun is None or surfaces[head].isupper():
            return " ".join(words)
        adjectives = [self._forms.adjective(comparable(word)) for word in words[:head]]
        if None in adjectives:
            return " ".join(words)
        base, gender = noun
        words[head] = _as_written(base, words[head])
        for i, adjective in enumerate(adjectives):
            words[i] = _as_written(agreeing(adjective, gender), words[i])
        return " ".join(words)

    def _full_name(self, surfaces):
        """«Ольгу Иванову» is «Ольга Иванова»: every part in the nominative and in one gender, or all as written."""
        parts, genders = [], set()
        for surface in surfaces:
            found = self._forms.nouns(comparable(surface))
            if surface.isupper() or not found or (len(surfaces) == 1 and surface[-1] not in _VOWELS):
                return surfaces
            base, gender = next((noun for noun in found if not genders or noun[1] in genders), found[0])
            genders.add(gender)
            parts.append(_as_written(base, surface))
        return parts if len(genders) == 1 else surfaces

    def _is_name(self, key):
        term = self._terms[key]
        return term.named * 2 > term.count or (term.count > 1 and all(form[0].isupper() for form in term.forms))

    def _dictionary_noun(self, key):
        """The noun that explains most forms of this stem in the text."""
        if self._forms is None or script_of(key) != "ru":
            return None
        votes = {}
        for form, count in self._terms[key].forms.items():
            for place, noun in enumerate(self._forms.nouns(comparable(form))):
                votes[noun] = votes.get(noun, 0.0) + count * (1.0 - 0.01 * place)
        return max(votes, key=lambda noun: (votes[noun], -len(noun[0]))) if votes else None


def comparable(surface):
    return surface.lower().replace("ё", "е")


def _small(word):
    return word if word.isupper() or not word[1:].islower() else word.lower()


def _as_written(base, surface):
    """Keeps what the dictionary does not know: the capital letter of a name, and ё."""
    letters = [
        "ё" if written in "ёЁ" and letter == "е" else letter for letter, written in zip(base, surface, strict=False)
    ]
    word = "".join(letters) + base[len(letters) :]
    return word[0].upper() + word[1:] if surface[0].isupper() else word
