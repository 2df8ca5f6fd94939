"""What part of speech a word is, by the dictionary and by its ending. Only for ranking and showing keywords."""

NOUN, ADJECTIVE, VERB, ADVERB = "noun", "adjective", "verb", "adverb"

_EN_ADJECTIVE = tuple("ful ous ive able ible less ish ical ic ary ent ant ing ed al".split())
_EN_NOUN_DESPITE = frozenset(
    "music topic clinic traffic public comic republic mechanic plastic fabric table cable vegetable library "
    "diary salary secretary anniversary boundary student president agent client parent patient event "
    "restaurant plant giant assistant accident content department apartment payment development management "
    "government environment moment comment document treatment equipment element investment tenant "
    "talent incident resident archive drive native detective executive olive initiative alternative "
    "ceiling spring string king ring wing seed speed feed breed weed thing evening morning wedding "
    "hospital hotel animal material festival journal manual signal terminal deal meal goal metal medal "
    "capital arrival approval proposal removal rental criminal professional individual official "
    "marketing engineering housing funding software meeting training parking pricing shipping".split()
)
_EN_ADVERB_DESPITE = frozenset("family assembly supply reply italy july anomaly butterfly".split())

_RU_VERB = tuple(
    "ться тся шься мся тесь усь юсь лся лась лось лись вшись сти зти йти ать ять ить еть уть ыть чь ешь ишь "
    "ет ит ут ют ат ят аем яем уем ите ете ал ял ил ел ул ыл шел ала яла ила ела ула ыла ало яло ило ело ыло "
    "али яли или ели ули ыли шли шла шло аю яю ую ею лю айте уйте ейте ьте сла сли зла зли гла гли кла кли "
    "рла рли рос ну жу шу чу щу ен ена ено ены ана ано аны ыта ыты ыто".split()
)
_RU_ADJECTIVE = (
    "щий", "щая", "щее", "щие", "щего", "щему", "щим", "щих", "щими", "щую", "щей", "щем",
    "вший", "вшая", "вшее", "вшие", "вшего", "вших", "вшими", "вшую", "вшей", "нный", "нная", "нное", "нные",
    "нного", "нному", "нным", "нных", "нными", "нную", "нной", "нном", "мый", "мая", "мое", "мые", "мых",
)  # fmt: skip
_RU_ADJECTIVE_SURELY = ("ого", "его", "ому", "ему", "ый", "ая", "ое", "ые", "ых", "ыми", "ским", "ских")
_RU_ADVERB = ("о", "е", "ски")


def english_class(word):
    if word.endswith("ly") and len(word) > 4 and word not in _EN_ADVERB_DESPITE:
        return ADVERB
    if word in _EN_NOUN_DESPITE or word.endswith("ment"):
        return NOUN
    return ADJECTIVE if len(word) > 4 and word.endswith(_EN_ADJECTIVE) else NOUN


def russian_class(word, forms):
    """`forms` is the dictionary; `word` is small and without ё."""
    adjective = forms.adjective(word)
    if adjective and word.endswith(_RU_ADJECTIVE_SURELY):
        return ADJECTIVE
    if forms.nouns(word):
        return NOUN
    if adjective or word.endswith(_RU_ADJECTIVE):
        return ADJECTIVE
    if word.endswith(_RU_ADVERB) and (forms.adjective(word[:-1] + "ый") or word.endswith("ее")):
        return ADVERB
    return VERB if len(word) > 3 and word.endswith(_RU_VERB) else NOUN
