"""Guesses what part of speech a word is from its ending. Only for ranking and for showing keywords."""

from text_analysis.language import script_of

NOUN, ADJECTIVE, VERB, ADVERB = "noun", "adjective", "verb", "adverb"

_EN_ADJECTIVE = ("ful", "ous", "ive", "able", "ible", "less", "ish", "ical", "ic", "ary", "ent", "ant")
_EN_NOUN_DESPITE = frozenset(
    "music topic clinic traffic public comic republic mechanic plastic fabric table cable vegetable library "
    "diary salary secretary anniversary boundary student president agent client parent patient event "
    "restaurant plant giant assistant accident content department apartment payment development management "
    "government environment moment comment document treatment investment equipment element investment tenant "
    "talent incident resident archive drive native detective executive olive initiative alternative".split()
)

_RU_ADVERB_DESPITE = frozenset("окно кино вино зерно пятно сукно полотно волокно молоко яблоко облако звено бревно".split())
_RU_VERB_DESPITE = (
    "канал", "материал", "журнал", "сигнал", "вокзал", "зал", "финал", "капитал", "потенциал", "сериал",
    "персонал", "металл", "филиал", "портал", "скандал", "идеал", "интервал", "начал", "отдел", "раздел",
    "предел", "дел", "недел", "модел", "цел", "отел", "сил", "стил", "автомобил", "стил", "профил", "мобил",
    "артикул", "стул", "акул", "школ", "игл", "пил", "прибыл", "крыл", "тыл", "мыл", "бокал", "генерал",
    "либерал", "оригинал", "терминал", "арсенал", "подвал", "провал", "обвал", "интеграл", "скал", "шкал",
    "пал", "фестивал", "медал", "детал", "печал", "спортзал", "номинал", "юбилей", "магистрал", "мебел",
    "площад", "част", "памят", "сет", "мат", "печат", "кроват", "пят", "десят", "девят", "площад", "нефт",
    "смерт", "стат", "запчаст", "област", "власт", "страст", "сласт", "нит", "площад", "треть", "акт", "путь",
)  # fmt: skip
_RU_VERB = (
    "ться", "тся", "ешься", "ишься", "ются", "ятся", "лся", "лась", "лось", "лись", "вшись",
    "ать", "ять", "ить", "еть", "уть", "ыть", "чь", "ешь", "ишь", "ает", "яет", "ует", "еет", "ают", "яют", "уют",
    "еют", "аем", "яем", "уем", "ите", "ете", "ал", "ял", "ил", "ел", "ул", "ыл", "ала", "яла", "ила", "ела",
    "ула", "ыла", "ало", "яло", "ило", "ело", "ыло", "али", "яли", "или", "ели", "ули", "ыли", "аю", "яю", "ую",
    "ишли", "ошла", "ошли", "ошло", "шел",
)  # fmt: skip
_RU_ADJECTIVE = (
    "ый", "ая", "яя", "ое", "ые", "ого", "его", "ому", "ему", "ым", "ых", "ыми", "ими", "нюю", "ную", "кую", "вую",
    "чую", "шую", "щую", "ную", "рую", "тую", "ской", "цкой", "кий", "гий", "хий", "ший", "щий", "чий", "жий",
    "дний", "тний", "шний", "кие", "гие", "хие", "шие", "щие", "чие", "дние", "тние", "шние", "ких", "гих", "хих",
    "ших", "щих", "чих", "дних", "ким", "гим", "шим", "щим", "льной", "нной", "тной", "дной", "чной", "шной",
    "жной", "рной", "вной", "бной", "мной", "сной", "зной", "евой", "ловой", "совой", "товой", "довой", "новой",
    "ковой", "льном", "нном", "тном", "дном", "чном", "рном", "вном", "бном", "ском", "шем", "щем", "нее", "щее",
    "шее", "шей", "щей",
)  # fmt: skip
_RU_NOUN_DESPITE = (
    "ание", "ение", "яние", "тие", "вие", "ствие", "дание", "ания", "ения", "мнение", "комментарий", "дом", "том",
    "прием", "объем", "пакетом", "экраном", "нового", "режим", "целым", "новосел", "погода", "сцен", "истор",
    "зарплат", "руковод", "чемпион", "стран", "фильм", "фирм", "шарф", "цирк", "рабочей", "вещей", "клавишей",
    "статуя", "запятая", "шея", "идея", "галерея", "батарея", "лотерея", "затея",
)  # fmt: skip


def word_class(word):
    return _russian_class(word) if script_of(word) == "ru" else _english_class(word)


def _english_class(word):
    if word.endswith("ly") and len(word) > 4 and word not in ("family", "assembly", "supply", "reply", "italy", "july"):
        return ADVERB
    if word in _EN_NOUN_DESPITE or word.rstrip("s") in _EN_NOUN_DESPITE or word.endswith("ment"):
        return NOUN
    if word.endswith(_EN_ADJECTIVE) and len(word) > 5:
        return ADJECTIVE
    if word.endswith(("ing", "ed")) and len(word) > 5:
        return VERB
    return NOUN


def _russian_class(word):
    if len(word) < 4:
        return NOUN
    if word.endswith(_RU_NOUN_DESPITE):
        return NOUN
    if word.endswith(_RU_ADJECTIVE):
        return ADJECTIVE
    if word.endswith(("но", "ко", "ски", "шо", "ро", "сто", "ее")) and len(word) > 4:
        return NOUN if word in _RU_ADVERB_DESPITE or word.endswith(("ство", "ерро", "бюро", "место")) else ADVERB
    if word.endswith(_RU_VERB) and not word.endswith("ость"):
        return NOUN if _starts_like_noun(word) else VERB
    return NOUN


def _starts_like_noun(word):
    base = word.rstrip("аеиоуыяюьй")
    return base.endswith(_RU_VERB_DESPITE) or word[:-1].endswith(_RU_VERB_DESPITE)
