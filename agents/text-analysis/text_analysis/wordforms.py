"""Picks the form in which a keyword is shown."""


def best_form(keys, surfaces):
    """The form that the text uses most; written small unless it is a name or an abbreviation."""
    best = max(surfaces, key=lambda form: (surfaces[form], -len(form), form))
    return best if _is_name(surfaces) else " ".join(_small(word) for word in best.split(" "))


def _is_name(surfaces):
    return all(word[:1].isupper() for form in surfaces for word in form.split(" "))


def _small(word):
    return word if word.isupper() or not word[1:].islower() else word.lower()
