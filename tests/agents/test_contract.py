"""The contract of an agent, through the real start: exit codes, bad input, progress, size."""

import json
import shutil
import subprocess
import tempfile
import unittest

from agent import AGENTS, MANIFEST, PACKAGE, run, start, violations

MOST = 10_000


class Start(unittest.TestCase):
    def test_unknown_names_are_refused(self):
        for name in ("", "no-such-agent", "../text-analysis", "text-analysis/run", "Text-Analysis", "a b", "."):
            with self.subTest(name=name):
                self.assertIn(start(b"{}", name).exit_code, (64, 66))

    def test_refusal_goes_to_stderr(self):
        outcome = start(b"{}", "no-such-agent")
        self.assertEqual(outcome.stdout, b"")
        self.assertIn(b"no-such-agent", outcome.stderr)


class GoodInput(unittest.TestCase):
    def test_result_is_one_valid_line(self):
        outcome = run("The food was great. Сервис ужасный! 😀")
        self.assertEqual(outcome.exit_code, 0)
        self.assertEqual(outcome.stdout.count(b"\n"), 1)
        self.assertEqual(violations(outcome.result, MANIFEST["outputSchema"]), [])

    def test_counts(self):
        result = run("Раз, два – три! One 😀").result
        self.assertEqual((result["text_length"], result["word_count"]), (22 - 1, 4))

    def test_text_length_counts_what_was_sent(self):
        self.assertEqual(run("  a\n\n😀 ").result["text_length"], 7)

    def test_parts_are_absent_when_switched_off(self):
        parts = {"sentiment", "keywords", "summary"}
        for off in parts:
            result = run("Good food.", **{off: False}).result
            self.assertEqual(set(result) & parts, parts - {off})
        result = run("Good food.", sentiment=False, keywords=False, summary=False).result
        self.assertEqual(set(result), {"text_length", "word_count", "language"})

    def test_empty_options_mean_everything(self):
        result = start(b'{"options": {}, "input": "Good food."}').result
        self.assertTrue({"sentiment", "keywords", "summary"} <= set(result))

    def test_longest_text(self):
        outcome = run("ё" * MOST)
        self.assertEqual((outcome.exit_code, outcome.result["text_length"]), (0, MOST))

    def test_longest_text_of_pairs_in_longest_spelling(self):
        body = '{"input": "' + "\\ud83d\\ude00" * MOST + '"}'
        self.assertEqual(start(body.encode()).result["text_length"], MOST)

    def test_output_keeps_within_the_limit(self):
        for text in ("Good! " * (MOST // 6), "\u0001" * (MOST - 1) + "a", '"\\' * (MOST // 2)):
            self.assertLess(len(run(text).stdout), MANIFEST["limits"]["maxOutputBytes"])

    def test_samples(self):
        for sample in MANIFEST["display"]["samples"]:
            words = len(sample["input"].split())
            self.assertTrue(60 <= words <= 200, words)
            outcome = run(sample["input"])
            self.assertEqual(violations(outcome.result, MANIFEST["outputSchema"]), [])


class Progress(unittest.TestCase):
    def test_lines_have_the_documented_shape(self):
        progress = run("Good food. Bad service.").progress
        self.assertEqual([set(line) for line in progress], [{"progress", "stage", "message"}] * len(progress))
        self.assertEqual([line["stage"] for line in progress], ["read", "sentiment", "keywords", "summary", "done"])

    def test_progress_rises_to_one(self):
        shares = [line["progress"] for line in run("Good food.", keywords=False).progress]
        self.assertEqual(shares, sorted(shares))
        self.assertEqual(shares[-1], 1.0)

    def test_a_part_that_is_off_is_not_mentioned(self):
        stages = {line["stage"] for line in run("Good food.", keywords=False).progress}
        self.assertNotIn("keywords", stages)


class BadInput(unittest.TestCase):
    def test_each_mistake_names_its_field(self):
        mistakes = {
            b"": "body",
            b"   ": "body",
            b"{": "body",
            b"[]": "body",
            b"null": "body",
            b'"text"': "body",
            b'{"input": "a"} {}': "body",
            b'{"input": "a"} x': "body",
            b'{"input": NaN}': "body",
            b'{"input": "a\nb"}': "body",
            b"{'input': 'a'}": "body",
            b'{"input": "\xff"}': "body",
            b'\xff\xfe{\x00"\x00': "body",
            b"[" * 100_000: "body",
            b'{"input": "a", "options": ' + b'{"x":' * 20_000: "body",
            b"{}": "input",
            b'{"input": null}': "input",
            b'{"input": 5}': "input",
            b'{"input": ["a"]}': "input",
            b'{"input": ""}': "input",
            b'{"input": " \\t\\n\\u00a0\\u2003"}': "input",
            b'{"input": "a", "options": null}': "options",
            b'{"input": "a", "options": []}': "options",
            b'{"input": "a", "options": {"sentiment": "yes"}}': "options.sentiment",
            b'{"input": "a", "options": {"summary": 1}}': "options.summary",
            b'{"input": "a", "options": {"keywords": null}}': "options.keywords",
            b'{"input": "a", "options": {"colour": true}}': "options.colour",
            b'{"input": "a", "text": "b"}': "text",
        }
        for body, field in mistakes.items():
            with self.subTest(body=body[:60]):
                self._assert_refused(start(body), field)

    def test_one_character_too_many(self):
        self._assert_refused(run("a" * (MOST + 1)), "input")
        self._assert_refused(run("😀" * (MOST + 1)), "input")

    def test_a_flood_is_not_read_to_its_end(self):
        self._assert_refused(start(b'{"input": "' + b"a" * 4_000_000 + b'"}'), "body")

    def test_a_long_field_name_is_cut(self):
        outcome = start(json.dumps({"input": "a", "x" * 5000: 1}).encode())
        self.assertEqual(outcome.exit_code, 2)
        self.assertLess(len(outcome.stdout), 300)

    def test_half_a_surrogate_pair_in_a_name(self):
        self.assertEqual(start(b'{"input": "a", "\\ud800": 1}').exit_code, 2)

    def _assert_refused(self, outcome, field):
        self.assertEqual(outcome.exit_code, 2, outcome.stderr)
        self.assertEqual(outcome.stdout.count(b"\n"), 1)
        self.assertEqual(set(outcome.result), {"error"})
        error = outcome.result["error"]
        self.assertEqual(set(error), {"code", "field", "message"})
        self.assertEqual((error["code"], error["field"]), ("invalid_input", field))
        self.assertTrue(error["message"])


class Failure(unittest.TestCase):
    def test_a_broken_installation_is_an_internal_error(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(PACKAGE / "text_analysis", folder + "/text_analysis")
            shutil.copy(PACKAGE / "run", folder)
            with open(folder + "/text_analysis/weights.bin", "wb") as weights:
                weights.write(b"nonsense")
            process = subprocess.run([folder + "/run"], input=b'{"input": "a"}', capture_output=True, check=False)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(json.loads(process.stdout)["error"]["code"], "internal")


class ClosedStreams(unittest.TestCase):
    COMMAND = f"exec '{AGENTS}/agent.sh' text-analysis"

    def test_a_closed_stderr_only_loses_the_progress(self):
        process = self._shell(self.COMMAND + " 2>&-")
        self.assertEqual(process.returncode, 0)
        self.assertIn("sentiment", json.loads(process.stdout))

    def test_an_answer_that_cannot_be_written_is_a_failure(self):
        self.assertEqual(self._shell(self.COMMAND + " >/dev/full").returncode, 1)

    def test_environment_does_not_matter(self):
        for environment in ({}, {"LC_ALL": "POSIX"}, {"PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere"}):
            process = self._shell(self.COMMAND, env=environment)
            self.assertEqual((process.returncode, json.loads(process.stdout)["language"]), (0, "ru"))

    def _shell(self, command, **settings):
        body = '{"input": "Всё хорошо"}'.encode()
        return subprocess.run(["/bin/sh", "-c", command], input=body, capture_output=True, check=False, **settings)


class OddText(unittest.TestCase):
    def test_odd_but_allowed(self):
        odd = {
            "half a pair": b'{"input": "ab \\ud800 cd \\udc00"}',
            "NUL": b'{"input": "ab\\u0000cd"}',
            "only NUL": b'{"input": "\\u0000"}',
            "only invisible": b'{"input": "\\u200b\\u200d\\ufeff"}',
            "direction marks": b'{"input": "\\u202eabc\\u202c \\u2066x\\u2069"}',
            "combining": '{"input": "и\u0306 e\u0301 ' .encode() + "\u0301".encode() * 3000 + b'"}',
            "digits": b'{"input": "3.14 2,5 100%"}',
            "one letter": b'{"input": "a"}',
            "Arabic": '{"input": "مرحبا بالعالم"}'.encode(),
            "Chinese": '{"input": "今天天气很好。我很高兴！"}'.encode(),
            "family of emoji": '{"input": "👨‍👩‍👧‍👦 🇷🇺 👍🏽 ❤️"}'.encode(),
            "escaped key twice": b'{"input": "bad", "input": "good"}',
        }
        for name, body in odd.items():
            with self.subTest(name):
                outcome = start(body)
                self.assertEqual(outcome.exit_code, 0, outcome.stdout + outcome.stderr)
                self.assertEqual(violations(outcome.result, MANIFEST["outputSchema"]), [])


if __name__ == "__main__":
    unittest.main()
