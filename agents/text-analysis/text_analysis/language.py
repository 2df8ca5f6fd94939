"""Tells English from Russian by script and by small words."""

_ENGLISH = frozenset(
    "the a an and or but of to in on at for with is are was were be been it this that i you he she we they my your "
    "his her our not no so as if by from have has had do does did will would can could just very good bad".split()
)
_UKRAINIAN = frozenset("іїєґўәөүұқңғһҷӣӯ")


def script_of(word):
    """'ru' for Cyrillic, 'en' for Latin, '' for anything else, by the first letter that tells."""
    for char in word:
        if "a" <= char <= "z" or "à" <= char <= "ɏ":
            return "en"
        if "а" <= char <= "я" or "ѐ" <= char <= "ӿ":
            return "ru"
        if char.isalpha():
            return ""
    return ""


def detect_language(words):
    """`words` are tokens. Another language in either script is 'unknown', where that can be told."""
    latin = cyrillic = other = english = foreign = 0
    for _, lower, _ in words:
        script = script_of(lower)
        if script == "en":
            latin += 1
            english += lower in _ENGLISH
        elif script == "ru":
            cyrillic += 1
            foreign += not _UKRAINIAN.isdisjoint(lower)
        else:
            other += 1
    known = latin + cyrillic
    if not known or other > known:
        return "unknown"
    if cyrillic > 0.85 * known:
        return "unknown" if foreign > 0.15 * cyrillic else "ru"
    if latin > 0.85 * known:
        return "unknown" if latin >= 8 and not english else "en"
    return "mixed"
