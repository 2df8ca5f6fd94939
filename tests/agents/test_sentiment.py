"""What a reader expects of the sentiment, in both languages."""

import unittest

from agent import analyse


def sentiment(text):
    return analyse(text, "sentiment")["sentiment"]


class Order(unittest.TestCase):
    """Each line runs from the most negative to the most positive."""

    LINES = (
        ("I hate this phone.", "I don't like this phone.", "I like this phone.", "I absolutely love this phone!"),
        ("The film was not good.", "The film was good.", "The film was very good.", "The film was VERY good!!!"),
        ("The food was terrible :(", "The food was terrible.", "The food was fine.", "The food was fine :)"),
        ("It is bad.", "It is not bad."),
        ("It is not bad.", "It is excellent."),
        ("The food was great, but the service was awful.", "The service was awful, but the food was great."),
        ("Мне не понравилось.", "Мне понравилось.", "Мне очень понравилось!"),
        ("Ужасное качество.", "Качество неплохое.", "Отличное качество!"),
        ("Сервис плохой(((", "Сервис хороший)))"),
        ("Еда вкусная, но обслуживание отвратительное.", "Обслуживание плохое, но еда просто великолепная."),
        ("Спасибо, ничего не работает 😡", "Спасибо, всё работает 😍"),
    )

    def test_order(self):
        for line in self.LINES:
            scores = [sentiment(text)["score"] for text in line]
            with self.subTest(line=line, scores=scores):
                self.assertEqual(scores, sorted(scores))
                self.assertEqual(len(set(scores)), len(scores))


class Labels(unittest.TestCase):
    POSITIVE = (
        "Not bad at all!",
        "I couldn't be happier with this laptop!",
        "The staff could not have been kinder.",
        "Thank you so much, everything works perfectly.",
        "Просто супер!!! Лучший телефон :)",
        "Совсем неплохо!",
        "Не могу не похвалить сотрудников.",
        "Спасибо огромное, всё отлично))",
        "Замечательный фильм, смотрел с удовольствием",
        "😍😍😍",
        "Новый release просто отличный, users are very happy with it",
    )
    NEGATIVE = (
        "I don't think this is a good idea.",
        "Worst purchase ever, a complete waste of money.",
        "never again, terrible service 😡",
        "Мне не очень понравилось.",
        "Не лучший вариант.",
        "Интернет опять не работает, сколько можно(((",
        "Никогда больше сюда не приду",
        "Фильм скучный и слишком длинный",
        "Сервис ужасный, the support team is useless and rude",
    )
    NEUTRAL = (
        "The meeting is on Monday at ten.",
        "The office is on the third floor.",
        "Встреча в понедельник в десять часов.",
        "Офис находится на третьем этаже.",
        "12345",
        "\u200b",
    )

    def test_labels(self):
        for label, texts in (("positive", self.POSITIVE), ("negative", self.NEGATIVE), ("neutral", self.NEUTRAL)):
            for text in texts:
                with self.subTest(text=text):
                    self.assertEqual(sentiment(text)["label"], label)

    def test_word_forms_agree(self):
        for forms in (
            ("ужасный сервис", "ужасная связь", "ужасные условия", "ужасного качества"),
            ("This disappoints me.", "I am disappointed.", "It is disappointing.", "What a disappointment."),
        ):
            for text in forms:
                with self.subTest(text=text):
                    self.assertLess(sentiment(text)["score"], -0.1)

    def test_yo_makes_no_difference(self):
        self.assertEqual(sentiment("Все еще тяжело")["score"], sentiment("Всё ещё тяжело")["score"])

    def test_confidence_is_the_share_of_the_label(self):
        for text in self.POSITIVE + self.NEGATIVE + self.NEUTRAL:
            found = sentiment(text)
            self.assertEqual(found["confidence"], found["shares"][found["label"]])
            self.assertEqual(found["confidence"], max(found["shares"].values()))


class LongText(unittest.TestCase):
    GOOD = "The room was clean and the staff were very friendly. "
    BAD = "The bathroom was dirty and the receptionist was rude. "

    def test_length_alone_does_not_change_the_verdict(self):
        short, long = sentiment(self.GOOD), sentiment(self.GOOD * 100)
        self.assertEqual(short["label"], long["label"])
        self.assertAlmostEqual(short["score"], long["score"], delta=0.2)

    def test_the_mixture_decides(self):
        mostly_good = sentiment(self.GOOD * 30 + self.BAD * 5)["score"]
        mostly_bad = sentiment(self.GOOD * 5 + self.BAD * 30)["score"]
        self.assertGreater(mostly_good, 0.1)
        self.assertLess(mostly_bad, -0.1)

    def test_striking_sentences_are_in_the_order_of_the_text(self):
        text = "We arrived on Friday. The food was wonderful! Then it rained. The bathroom was disgusting. We left."
        found = [sentence["text"] for sentence in sentiment(text)["sentences"]]
        self.assertEqual(found, sorted(found, key=text.index))
        self.assertIn("The food was wonderful!", found)
        self.assertIn("The bathroom was disgusting.", found)

    def test_at_most_ten_sentences_are_pointed_out(self):
        self.assertEqual(len(sentiment("I love it! " * 40)["sentences"]), 10)


if __name__ == "__main__":
    unittest.main()
