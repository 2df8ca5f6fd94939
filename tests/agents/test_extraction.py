"""Keywords and summaries of real paragraphs, in both languages."""

import unittest

from agent import MANIFEST, analyse

LAPTOP = (
    "Купил этот ноутбук для учёбы полгода назад. Экран яркий, клавиатура удобная, батареи хватает на целый день. "
    "Однако через три месяца начал шуметь вентилятор, а недавно перестал работать разъём зарядки. В сервисном центре "
    "ремонт затянули на месяц и ничего толком не объяснили. Деньги возвращать отказались, хотя гарантия ещё действует. "
    "Сам ноутбук неплохой, но качеством обслуживания в сервисном центре недоволен. Больше в этом магазине покупать "
    "ничего не буду."
)
MUSEUM = (
    "В Казани открылся новый музей современного искусства. В экспозиции представлено более двухсот работ художников "
    "из двенадцати стран. Посетители могут увидеть живопись, скульптуру и видеоинсталляции. Директор музея Айгуль "
    "Сафина рассказала, что подготовка выставки заняла три года. «Мы хотели показать, как современное искусство "
    "говорит о памяти», — отметила она. Вход в музей по воскресеньям будет бесплатным."
)
RAIN = (
    "Climate change is altering rainfall patterns across East Africa. Researchers at the University of Nairobi "
    "collected rainfall data from 120 weather stations between 1980 and 2020. They found that the long rains have "
    "become shorter, while the short rains have intensified. Farmers who depend on the long rains for maize are the "
    "most affected. “We used to plant in March, but now the rain comes in April or not at all,” said Grace Wanjiru, a "
    "farmer in Machakos. The authors recommend drought-resistant crops and better weather forecasts. Governments in "
    "the region have been slow to respond. Without adaptation, maize yields could fall by a third by 2050."
)


def keywords(text):
    return analyse(text, "keywords")["keywords"]


def names(text):
    return [keyword["keyword"] for keyword in keywords(text)]


class Keywords(unittest.TestCase):
    def test_russian_phrases_in_the_nominative(self):
        self.assertEqual(names(LAPTOP)[:2], ["сервисный центр", "ноутбук"])
        self.assertTrue({"качество обслуживания", "разъём зарядки"} <= set(names(LAPTOP)))
        self.assertTrue({"музей", "современное искусство", "Айгуль Сафина"} <= set(names(MUSEUM)))

    def test_english_phrases_and_names(self):
        self.assertTrue({"rainfall", "maize yields", "East Africa", "Grace Wanjiru"} <= set(names(RAIN)))

    def test_forms_are_counted_together(self):
        text = "Банк закрыл карту. Карта банка не работает. О карте банку известно. С картой плохо."
        counts = {keyword["keyword"]: keyword["count"] for keyword in keywords(text)}
        self.assertEqual(counts["карта"], 4)

    def test_what_repeats_comes_first(self):
        text = "The battery is weak. A new battery costs a lot. My old battery was fine."
        self.assertEqual(names(text)[0], "battery")

    def test_scores_fall_from_one(self):
        for sample in (LAPTOP, MUSEUM, RAIN):
            scores = [keyword["score"] for keyword in keywords(sample)]
            self.assertEqual(scores[0], 1.0)
            self.assertEqual(scores, sorted(scores, reverse=True))

    def test_no_stop_words_no_verbs_no_repeats(self):
        for sample in (LAPTOP, MUSEUM, RAIN, *(sample["input"] for sample in MANIFEST["display"]["samples"])):
            found = [name.lower() for name in names(sample)]
            self.assertEqual(len(set(found)), len(found))
            self.assertTrue(set(found).isdisjoint("the is это the of купил открылся работает могут said found".split()))

    def test_every_english_keyword_stands_in_the_text(self):
        for name in names(RAIN):
            self.assertIn(name.lower(), RAIN.lower())

    def test_nothing_to_find(self):
        self.assertEqual(names("It is what it is. И так далее!!! 😀 123"), [])


class Summary(unittest.TestCase):
    def test_sentences_are_the_texts_own_and_in_its_order(self):
        for sample in (LAPTOP, MUSEUM, RAIN):
            summary = analyse(sample, "summary")["summary"]
            places = [sample.index(sentence["text"]) for sentence in summary["sentences"]]
            self.assertEqual(places, sorted(places))
            self.assertEqual(summary["text"], " ".join(sentence["text"] for sentence in summary["sentences"]))

    def test_it_is_short_but_not_empty(self):
        for sample in (LAPTOP, MUSEUM, RAIN):
            summary = analyse(sample, "summary")["summary"]
            self.assertGreater(summary["compression"], 0.1)
            self.assertLess(summary["compression"], 0.5)

    def test_it_keeps_to_the_subject(self):
        text = analyse(RAIN, "summary")["summary"]["text"]
        self.assertIn("rain", text)
        self.assertNotIn("Governments", text)
        self.assertIn("музей", analyse(MUSEUM, "summary")["summary"]["text"])

    def test_it_does_not_say_a_thing_twice(self):
        twice = (
            "The council closed the old bridge over the river on Monday. Heavy rain had damaged the old bridge. "
            "The council closed the old bridge over the river on Monday morning. Buses now take the northern road. "
            "Shops near the bridge complain about lost customers. Repairs will take until June. "
        )
        summary = analyse(twice, "summary")["summary"]["text"]
        self.assertEqual(summary.count("closed the old bridge"), 1)

    def test_short_texts_are_their_own_summary(self):
        for text in ("One sentence only.", "Первое предложение. Второе предложение."):
            summary = analyse(text, "summary")["summary"]
            self.assertEqual((summary["text"], summary["compression"]), (text, 1.0))


if __name__ == "__main__":
    unittest.main()
