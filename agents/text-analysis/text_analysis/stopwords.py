"""Words that are never a keyword, nor count as content when sentences are compared."""

_ENGLISH = """
a about above across actually after again against ago all almost along already also although always am among an and
another any anybody anyone anything anyway are around as ask asked at away b back be became because become been
before began behind being below between both bring but by c call called came can cannot come comes coming could d
day days did do does doing done down due during e each either else end enough especially etc even ever every
everybody everyone everything f far feel feels felt few find first for found four from full g gave get gets getting
give given gives go goes going gone good got great h had half happen has have having he hello help her here hers
herself hi him himself his how however i if in indeed instead into is it its itself j just k keep keeps kept kind
knew know known l last later least less let lets like likely little long look looked looking looks lot lots m made
make makes making many may maybe me mean means might mine more most much must my myself n near nearly need needed
needs neither never new next no nobody none nor not nothing now o of off often oh ok okay old on once one ones only
onto or other others our ours out over own p part people per perhaps please pretty probably put q quite r rather
really right rt s said same saw say saying says second see seem seemed seems seen several shall she should show
shows since six small so some somebody someone something sometimes soon still such sure t take taken takes tell ten
than thank thanks that the their theirs them themselves then there therefore these they thing things think this
those though thought three through thus till time times to today together told tomorrow tonight too took toward
tried tries true truly try trying twice two u under until up upon us use used uses using v very via w want wanted
wants was way ways we well went were what whatever when where whether which while who whole whom whose why will with
within without won word words work works would x y yes yesterday yet you your yours yourself z five seven eight nine
big bad best better worse worst easy hard nice lovely amazing awesome terrible awful absolutely extremely incredibly
highly rarely hardly completely totally everywhere anywhere nowhere able unable quickly slowly finally suddenly
recently currently usually generally basically simply easily mostly mainly clearly exactly certainly definitely
happily happy glad sorry love loved loves hate hated hates liked enjoy enjoyed recommend hope wish stay stayed start
started stop stopped begin turn turned run running ran live lived leave left wait waited buy bought sell sold pay
paid cost costs eat ate read wrote write written send sent speak spoke meet met sit sat stand stood lose lost win
open closed close add added change changed grow grew move moved play played plays watch watched follow followed
create created allow allowed happened remain remained include included includes including continue continued set
expect expected consider considered appear appeared provide provided require required receive received believe dear
hour hours minute minutes week weeks month months year years difficult whenever overnight meh overall rose fell hit
raise raised rise fall extend extends extended announce announced announces report reported reports offer offered
offers ship shipping die died avoid brought build built carry carried catch caught choose chose chosen cut drive
drove drop dropped face faced feature helped hold held increase increased join joined lead led learn learned lie lay
mention mentioned note noted pass passed pick picked produce produced prove pull push reach reached realize refuse
refused release released remember return returned save saved seek serve served shut sleep slept solve solved spend
spent suffer suffered suggest suggested teach taught throw threw understand understood visit visited wear wore worry
certain different various important possible available early late young high low short large main single fact case
point bit lol omg wow hey yeah yay gonna wanna gotta im ive dont cant didnt isnt wont thats theres youre
""".split()

_RUSSIAN = """
а без более больше большой будет будете будем будешь буду будут будто бы был была были было быть в вам вами вас ваш
ваша ваше вашего вашей ваши вашим ваших вдруг ведь везде весь вместо внутри во вокруг вообще вот впрочем времени
время все всегда всего всей всем всеми всему всех всею всю вся всякий вы г где го говорил говорила говорит говорят
год года году годы давай давайте даже далее два две двух день дня дней для до дома другая другие других другого
другой его ее ей ему если есть еще ею ж же за затем зато зачем здесь знает знаю знать и из изза или им именно ими
иногда их к каждая каждое каждый каждого каждой каждом каждую кажется как какая какие какой каким какого какую
как-то когда когда-то кого ком кому конечно которая которого которое которой котором которому которую которые
который которым которыми которых кроме кто кто-то куда лет ли либо лишь лучше лучший люди м мало между меня мне
много многие многих мной мог могла могли могло могут может можешь можно мой моя мое моего моей моем мою моих мои
моими мы на над надо назад наконец нам нами нас наш наша наше нашего нашей наши наших нашим нашу не него нее ней нем
нему нет нечего ни нибудь никогда никто ним ними них ничего ничто но ну нужно нужен нужна нужны о об оба обо обычно
один одна одни одним одно одного одной одном одну около он она они оно опять особенно от ото очень первая первый
первое первые перед по под пока после потом потому почему почти поэтому пор пора при про просто против пусть
работает работал работать работают раз раза разве рядом с сам сама сами само самый самая самое самого самой своего
своей своем своему свои своих своими свой свою своя сегодня сейчас сделал сделать себе себя собой со совсем спасибо
сразу стал стала стали стало стать стоит так такая такие такой также таким таких такого такое такую там твой твоя
твои те тебе тебя тем теми теперь тех то тобой тогда того тоже той только том тому тот точно три туда тут ты тысяч у
уж уже уметь хорош хороший хорошо хорошая хорошие хоть хотя хочет хочу хотел хотела хотели хотят двухсот трех
четырех пяти шести семи восьми девяти десяти двенадцать двенадцати пятнадцать двадцать двадцати тридцать тридцати
сорок пятьдесят пятидесяти сотен сотни двести триста тысяча тысячи тысячу полгода полтора могу приду придем сюда
сколько оттуда отсюда вернемся вернусь вернулись толком никому никаких никакого советую рекомендую понравились
открылся открылась представлено находится находятся запланировано ожидает ожидается слово слова слов словам словом
словами минутах минутами стану станет станут годом годам готов готова готовы готово начал начала начали начало
третьим третьего третьей третьих третью второго второму вторых первого первому первых наверняка замечания присылайте
час часто часов чего человек чем чему через что чтоб чтобы что-то что-нибудь чуть эта эти этим этими этих это этого
этой этом этому этот эту я rt млн млрд тыс руб коп ул гг вв др т.д т.п т.е т.к новый новая новое новые нового новой
новых скоро вчера завтра давно недавно быстро медленно легко сложно плохо плохой плохая плохие ужасно отлично
отличный отличная прекрасно прекрасный замечательно удобно неудобно приятно вежливо заметно хуже лучшая снова
совершенно абсолютно весьма довольно слишком немного несколько примерно вполне слегка достаточно сильно значительно
постоянно полностью действительно реально наверное возможно видимо похоже например кстати однако следует должен
должна должны должно является являются имеет имеют получил получила получили дал дала дали дать взял взяла пришел
пришла пришли пришлось ушел пошел пошла шел шла шло шли идет идут оказалось оказался оказалась оказались хватает
осталось остался делает делают делать делаем делал сказал сказала сказали рассказал рассказала сообщил сообщила
сообщает заявил заявила отметил отметила считает считают думаю думает понял поняла понять помог помогли помогла
нравится понравилось понравился понравилась раньше позже дальше ниже выше среди ради благодаря согласно вроде типа
никак некоторые некоторых некоторый любой любая любые целый целая второй вторая третий пять шесть семь восемь девять
десять четыре сто обе месяц месяца недели неделю неделя минут минуты минуту секунд секунды наконец-то по-моему из-за
из-под во-первых во-вторых кто-нибудь где-то пользуюсь пользуется покупал купил купила купили брал хочется жаль увы
ура пожалуйста здравствуйте привет
""".split()

STOP_WORDS = frozenset(_ENGLISH) | frozenset(_RUSSIAN)
