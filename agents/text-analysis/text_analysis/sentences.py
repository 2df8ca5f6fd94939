"""Splits a text into sentences, in English and Russian, without `re` (see tokens)."""

_ENDS = ".!?…"
_CLOSERS = "\"'»”’)]"
_OPENERS = "\"'«“‘([—–-•*"

# Never the end of a sentence: something follows that belongs to them.
_LEADING = frozenset(
    "mr mrs ms dr prof sr jr st mt gen col capt lt sgt rev hon vs fig vol ch sec dept approx est "
    "jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e cf ca al u.s u.k u.n a.m p.m "
    "ул пр просп пер пл им д стр корп кв обл р-н пос дер тел факс тов гр акад проф доц инж св о т.е т.к т.н т.о "
    "см ср напр рис табл гл ст п пп им зам зав".split()
)
# The end of a sentence only where a capital letter follows.
_TRAILING = frozenset(
    "etc inc ltd co corp no т.д т.п др пр г гг в вв тыс млн млрд трлн руб коп долл кг км см мм м ч мин сек чел экз "
    "и.о т.ч н.э".split()
)
_BULLETS = ("- ", "• ", "* ")
_SHORT_LINE = 60


def split_sentences(text):
    relaxed = text == text.lower()  # nobody pressed Shift: a capital letter cannot be waited for
    return [sentence for block in _blocks(text) for sentence in _split_block(block, relaxed)]


def _blocks(text):
    """Paragraphs and the lines of lists; a line that merely wraps is joined to the next."""
    block = []
    for line in text.splitlines():
        line = " ".join(line.split())
        item = line.startswith(_BULLETS)
        if block and (not line or item or _starts_anew(block[-1], line)):
            yield " ".join(block)
            block = []
        line = line[2:] if item else line
        if line:
            block.append(line)
    if block:
        yield " ".join(block)


def _starts_anew(previous, line):
    if previous[-1] in _ENDS or line[0] in "—–":
        return True
    return len(previous) < _SHORT_LINE and previous[-1] not in ",;-—" and not line[0].islower()


def _split_block(block, relaxed):
    start = position = 0
    end = len(block)
    while position < end:
        if block[position] not in _ENDS:
            position += 1
            continue
        mark = position
        while position < end and block[position] in _ENDS:
            position += 1
        stop = _past_closers(block, position, end)
        if stop < end and block[stop] == " " and _ends_here(block, start, mark, position, stop, relaxed):
            yield block[start:stop]
            start = stop + 1
        # What was looked at is not looked at again, or a text of full stops would take the square of its length.
        position = max(stop, start)
    if start < end:
        yield block[start:]


def _past_closers(block, position, end):
    """Quotes and brackets after the full stop belong to the sentence, and so do smiles: «Ура! :)»"""
    while position < end and block[position] in _CLOSERS:
        position += 1
    ahead = position
    while ahead + 1 < end and block[ahead] == " ":
        word_end = block.find(" ", ahead + 1)
        word_end = end if word_end < 0 else word_end
        word = block[ahead + 1 : word_end]
        if any(char.isalnum() or char in _OPENERS for char in word) and not _is_face(word):
            break
        ahead = position = word_end
    return position


def _is_face(word):
    return len(word) < 5 and word[0] in ":;=" and not word[1:].isdigit()


def _ends_here(block, start, mark, position, stop, relaxed):
    following = block[stop + 1]
    if following in _OPENERS and stop + 2 < len(block):
        following = block[stop + 2] if block[stop + 2] != " " else block[min(stop + 3, len(block) - 1)]
    if following.islower() and not relaxed:
        return False
    if position - mark > 1 or block[mark] != ".":
        return True
    word = block[max(block.rfind(" ", start, mark) + 1, start) : mark].lstrip(_OPENERS)
    if len(word) == 1 and word.isupper():  # an initial: «А. С. Пушкин», "J. Smith"
        return False
    folded = word.lower()
    if folded in _TRAILING:
        return following.isupper() and not relaxed and not _is_town(block, stop)
    if folded in _LEADING:
        return False
    return not (word.isdigit() and len(word) < 3 and stop == mark + 1 and start == mark - len(word))


def _is_town(block, stop):
    """«г. Москва» is a town, «в 2014 г. Москва…» is the end of a sentence about a year."""
    return block.endswith((" г.", " в."), 0, stop) and not block[stop - 4 : stop - 3].isdigit()
