"""Words that change the words around them, for each language."""

NEGATIONS = {
    "en": frozenset(
        "not no never none nothing nobody nowhere neither nor cannot without hardly scarcely rarely seldom "
        "ain't aint aren't arent can't cant couldn't couldnt didn't didnt doesn't doesnt don't dont hadn't hadnt "
        "hasn't hasnt haven't havent isn't isnt mightn't mustn't needn't shan't shouldn't shouldnt wasn't wasnt "
        "weren't werent won't wont wouldn't wouldnt despite lack lacks lacked lacking".split()
    ),
    "ru": frozenset(
        "не ни нет без никогда нельзя невозможно ничего ничто никто никак нигде никакой никакого никакая никаких "
        "никакие отсутствие отсутствует нету вряд отнюдь едва нисколько".split()
    ),
}

INTENSIFIERS = {
    "en": frozenset(
        "absolutely amazingly awfully completely considerably decidedly deeply enormously entirely especially "
        "exceptionally extremely fabulously fully greatly highly hugely incredibly insanely intensely majorly "
        "more most particularly purely quite really remarkably seriously so substantially super such thoroughly "
        "too total totally tremendously truly unbelievably unusually utterly very way far damn fucking fuckin "
        "freaking freakin friggin bloody hella uber soo sooo real".split()
    ),
    "ru": frozenset(
        "очень весьма крайне чрезвычайно совершенно абсолютно полностью совсем сильно слишком невероятно безумно "
        "необычайно исключительно настолько столь так такой такая такое такие самый самая самое самые ужасно "
        "страшно жутко дико чертовски просто прямо реально действительно наиболее максимально супер мега вообще "
        "намного гораздо значительно особенно более больно офигенно пиздец капец".split()
    ),
}

DIMINISHERS = {
    "en": frozenset(
        "almost barely fairly kinda kind partly slightly somewhat sorta sort occasionally marginally scarcely "
        "mildly moderately pretty rather relatively little bit less least".split()
    ),
    "ru": frozenset(
        "немного слегка чуть почти едва отчасти довольно достаточно относительно несколько чуточку малость "
        "местами иногда более-менее менее вроде".split()
    ),
}

CONTRASTS = {
    "en": frozenset("but however yet nevertheless nonetheless although though".split()),
    "ru": frozenset("но однако зато хотя впрочем".split()),
}
# What follows these outweighs what came before; after the others it is the other way round.
TURNS = frozenset("but however yet nevertheless nonetheless но однако зато".split())

# «не только», "not only": nothing is denied.
AFTER_NEGATION_VOID = frozenset("only just merely только лишь просто".split())

# "Could not have been kinder", "can't be better": the highest praise, in the form of a denial.
UNABLE = frozenset("could can cannot can't cant couldn't couldnt нельзя могло может".split())
ABLE = frozenset("могу мог могла можем могли можно нельзя".split())
BEING = frozenset("be been get ask feel быть".split())
COMPARATIVES = frozenset("better more easier simpler лучше удобнее проще приятнее вежливее красивее вкуснее".split())

# Denied, they deny the whole of what is thought.
OPINIONS = frozenset("think believe feel consider find suppose see recommend думаю считаю нахожу верю вижу".split())

# In the lexicon, but here they work on other words instead.
NEUTRAL_HERE = frozenset("no like".split())
