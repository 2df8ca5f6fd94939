"""How a text is read: words, sentences, stems, languages."""

import unittest

import agent  # noqa: F401  (puts the package on the path)
from text_analysis.features import squash
from text_analysis.language import detect_language
from text_analysis.sentences import split_sentences
from text_analysis.stemming import stem
from text_analysis.tokens import FACE, LINK, NUMBER, TAG, USER, WORD, tokenize
from text_analysis.wordforms import load_forms


def words(text, kind=WORD):
    return [surface for token_kind, _, surface in tokenize(text) if token_kind == kind]


class Tokens(unittest.TestCase):
    def test_words_keep_their_hyphens_and_apostrophes(self):
        self.assertEqual(words("из-за well-known don't “it’s”"), ["из-за", "well-known", "don't", "it's"])

    def test_numbers_stay_whole(self):
        self.assertEqual(words("3,5 и 1.000 шт.", NUMBER), ["3,5", "1.000"])

    def test_what_networks_add(self):
        text = "RT @user: смотри http://t.co/x #ура"
        self.assertEqual([words(text, kind) for kind in (USER, LINK, TAG)], [["@user"], ["http://t.co/x"], ["#ура"]])

    def test_bare_brackets_are_smiles_and_paired_ones_are_not(self):
        self.assertEqual(words("спасибо)))", FACE), [")))"])
        self.assertEqual(words("ну вот(", FACE), ["("])
        self.assertEqual(words("слово (в скобках) и дальше", FACE), [])
        self.assertEqual(words("(весь текст в скобках)", FACE), [])

    def test_emoji_and_emoticons(self):
        self.assertEqual(words("ok :-) 😀👍🏽 :( ❤️", FACE), [":-)", "😀", "👍", ":(", "❤"])

    def test_yo_is_compared_as_ye_and_shown_as_written(self):
        self.assertEqual(tokenize("Ёлка"), [(WORD, "елка", "Ёлка")])

    def test_squash(self):
        squashed = [squash(word) for word in ("soooo", "good", "сууупер", "aaa", "")]
        self.assertEqual(squashed, ["so", "good", "супер", "a", ""])


class Sentences(unittest.TestCase):
    def check(self, *sentences):
        self.assertEqual(split_sentences(" ".join(sentences)), list(sentences))

    def test_english_abbreviations(self):
        self.check("Mr. Smith met Dr. J. R. Brown at 5 p.m. on Monday.", "It cost $3.50, e.g. for tea.", "That is all.")

    def test_russian_abbreviations(self):
        self.check("А. С. Пушкин родился в 1799 г. в Москве.", "Он жил на ул. Арбат, д. 5, кв. 2.", "И т. д.")
        self.check("Купили хлеб, молоко и т.д.", "Потом ушли.")
        self.check("Ущерб – 3,5 млн руб. за год.", "Это много, т.е. плохо.")

    def test_quotes(self):
        self.check("He said: “Never again!”", "She left.")
        self.check("«Как дела?» – спросил он.", "«Хорошо».", "Они ушли.")

    def test_ellipsis_and_runs_of_marks(self):
        self.check("Он ушёл... и вернулся.", "Правда?!", "Ну да…", "Вот так.")

    def test_smiles_belong_to_the_sentence_before(self):
        self.check("Ура! :)", "Мы победили!!! 😀", "Спасибо.")

    def test_lines(self):
        text = "A headline\n\nThe first paragraph\nwraps here. Second.\n- one item\n- another item"
        self.assertEqual(
            split_sentences(text),
            ["A headline", "The first paragraph wraps here.", "Second.", "one item", "another item"],
        )

    def test_text_without_capitals(self):
        self.check("it broke after a week.", "never again!", "ok?")

    def test_nothing_is_lost(self):
        text = "Странный. текст! с? разными... знаками; и т.д. End. 5. «А»"
        self.assertEqual(" ".join(split_sentences(text)), text)


class Stems(unittest.TestCase):
    def test_forms_of_a_word_share_a_stem(self):
        families = (
            "обслуживание обслуживания обслуживанием", "качество качеством качества", "услуга услуги услугами услугу",
            "хороший хорошая хорошего хорошими", "ужасный ужасно ужасная", "понравился понравилась понравилось",
            "battery batteries", "stop stops stopped stopping", "love loves loved loving lovely",
            "happy happily happiness", "crash crashes crashed", "company companies company's",
        )  # fmt: skip
        for family in families:
            self.assertEqual(len({stem(word) for word in family.split()}), 1, family)

    def test_different_words_do_not(self):
        for pair in ("news new", "universe university", "мир мэр", "банк банан", "thing this"):
            self.assertEqual(len({stem(word) for word in pair.split()}), 2, pair)


class Language(unittest.TestCase):
    def test_languages(self):
        texts = {
            "The weather is fine.": "en",
            "Погода хорошая, iPhone работает отлично, всё нравится.": "ru",
            "Новый dashboard отличный, users love it so much": "mixed",
            "12345 !!! 😀": "unknown",
            "今天天气很好": "unknown",
            "Das Wetter ist heute sehr schön und warm draußen": "unknown",
            "Їжак їсть яблуко і п'є молоко під зіркою": "unknown",
        }
        for text, language in texts.items():
            self.assertEqual(detect_language([t for t in tokenize(text) if t[0] == WORD]), language, text)


class DictionaryForms(unittest.TestCase):
    forms = load_forms()

    def test_nouns(self):
        pairs = (
            "качеством качество", "службы служба", "картой карта", "рынка рынок", "карточек карточка", "сетях сеть",
            "времени время", "области область", "санкций санкция", "отделений отделение", "клиентов клиент",
            "деньгами деньги", "приложению приложение", "договора договор",
        )  # fmt: skip
        for pair in pairs:
            form, base = pair.split()
            self.assertIn(base, [noun for noun, _ in self.forms.nouns(form)], form)

    def test_verbs_are_no_nouns(self):
        for word in "попросил закрыл перевести исправит продлевать пишут".split():
            self.assertEqual(self.forms.nouns(word), [], word)


if __name__ == "__main__":
    unittest.main()
