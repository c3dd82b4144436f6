"""Forced-answer probes: where, with which text, what is read, and what stopping rules would have decided."""

import math
from dataclasses import replace

import pytest

from analysis.asking import Ask, Probing, Reply, Token
from analysis.protocols.conduct import Item, ProtocolFailed
from analysis.protocols.probe_presets import DYNASOR_TEXT
from analysis.protocols.probe_values import entropy_of, forced_answer, mean_token_entropy, token_entropy
from analysis.protocols.probing import PROBE
from analysis.protocols.settings import SettingRefused
from analysis.types import Outcome, Problem

from .driving import by, drive, listed
from .traces import ITEM, ORGAN, SOURCE, SUM, TEXT, untagged


def tokens(*pieces: tuple[str, float]) -> Reply:
    """A reply made of tokens with their probabilities."""
    return Reply(
        "".join(text for text, _ in pieces),
        tokens=[Token(0, text, math.log(p)) for text, p in pieces],
        n_tokens=len(pieces),
    )


def values_by_offset(answers: dict[int, str], **settings: object) -> list[tuple[int, str]]:
    result, _ = drive(PROBE, ITEM, by(lambda ask: answers[kept(ask)]), settings)
    return [(probe.offset, probe.value) for probe in result.probes]


def kept(ask: Ask) -> int:
    return len(ask.prefix) - len("\n</think>\n\nThe answer is")


def test_every_step_is_probed_by_closing_the_thought() -> None:
    assert values_by_offset({21: " 41.", 41: " 12.", 54: " 42. Confidence: 80%"}) == [
        (21, "41"),
        (41, "12"),
        (54, "42"),
    ]


def test_all_points_of_a_trace_are_one_probing() -> None:
    asked: list[Probing] = []

    def answer(asks: object) -> list[list[Reply]]:
        assert isinstance(asks, list)
        asked.extend(asks)
        return [[Reply(" 42.")] * len(each.points) for each in asks]

    drive(PROBE, ITEM, answer)
    (probing,) = asked
    assert probing.ask.prefix == TEXT
    assert [point.offset for point in probing.points] == [21, 41, 54]
    assert {point.suffix for point in probing.points} == {"\n</think>\n\nThe answer is"}


def test_outcome_and_convergence_are_against_the_gold_and_the_traces_own_answer() -> None:
    result, _ = drive(PROBE, ITEM, listed([" 41.", " 42.", " 42."]))
    assert [probe.outcome for probe in result.probes] == [Outcome.INCORRECT, Outcome.CORRECT, Outcome.CORRECT]
    # converged at offset 41 of the reasoning 7..55: (41 - 7) / 48
    assert result.scores == {
        "convergence_offset": 41, "convergence_step": 4, "convergence_share": pytest.approx(34 / 48),
    }  # fmt: skip


def test_without_a_stable_end_there_is_no_convergence() -> None:
    result, _ = drive(PROBE, ITEM, listed([" 42.", " 42.", " 41."]))
    assert result.scores == {}


def test_tokens_of_the_value_give_its_log_probability() -> None:
    reply = tokens((" ", 0.5), ("4", 0.8), ("2", 0.5), (".", 0.1))
    result, _ = drive(PROBE, ITEM, by(lambda _: reply), {"every": 3})
    assert result.probes[0].log_probability == pytest.approx(math.log(0.8 * 0.5))


def test_the_entropy_of_k_answers_is_in_bits_and_shared_by_them() -> None:
    # 42, 42, 41, 42.0: shares 3/4 and 1/4, H = 0.811 bits; certainty 1 - 0.811 / 2
    settings = {"every": 3, "k": 4, "temperature": 0.6}
    result, driven = drive(PROBE, ITEM, listed([" 42.", " 42.", " 41.", " $42.0$."]), settings)
    assert [probe.k for probe in result.probes] == [0, 1, 2, 3]
    assert {round(probe.entropy or 0, 3) for probe in result.probes} == {0.811}
    assert result.probes[0].figures["certaindex"] == pytest.approx(1 - 0.811278 / 2, abs=1e-6)
    assert len({ask.seed for ask in driven.asks}) == 4


def test_the_published_entropies_of_five_answers_are_met() -> None:
    # arXiv 2407.14507: {4,3,3,3,4} has 0.971 bits
    assert entropy_of([4, 3, 3, 3, 4]) == pytest.approx(0.971, abs=5e-4)


def test_p_correct_of_a_choice_is_the_golds_share_of_the_options() -> None:
    # log-probabilities log .1 and log .3: .3 / .4
    item = replace(ITEM, problem=ORGAN)
    reply = Reply(" B.", continuations=(math.log(0.1), math.log(0.3)))
    result, driven = drive(PROBE, item, by(lambda _: reply), {"every": 3, "p_correct": "gold"})
    assert driven.asks[0].continuations == (" A", " B")
    assert result.probes[0].p_correct == pytest.approx(0.75)


def test_p_correct_of_a_value_is_the_probability_of_the_gold() -> None:
    reply = Reply(" 42.", continuations=(math.log(0.2),))
    result, driven = drive(PROBE, ITEM, by(lambda _: reply), {"every": 3, "p_correct": "gold"})
    assert driven.asks[0].continuations == (" 42",)
    assert result.probes[0].p_correct == pytest.approx(0.2)


def test_p_correct_is_none_where_the_engine_cannot_score() -> None:
    result, _ = drive(PROBE, ITEM, by(lambda _: Reply(" 42.", continuations=(None,))), {"p_correct": "gold"})
    assert {probe.p_correct for probe in result.probes} == {None}


def test_deer_probes_before_its_cue_and_skips_the_token_that_opens_the_box() -> None:
    # tokens after the first: .98 and .94, arithmetic mean .96 > .95; geometric sqrt(.98 * .94) = .9598
    reply = tokens(("{", 0.2), ("4", 0.98), ("2", 0.94), ("}", 0.1))
    result, driven = drive(PROBE, ITEM, by(lambda _: reply), {"preset": "deer"})
    (probe,) = result.probes
    assert driven.asks[0].sampling.max_tokens == 20
    assert (probe.offset, probe.value) == (23, "42")
    assert probe.figures["deer_confidence"] == pytest.approx(0.96)
    assert probe.decisions["deer"] is True
    geometric, _ = drive(PROBE, ITEM, by(lambda _: reply), {"preset": "deer_qwen3"})
    assert geometric.probes[0].figures["deer_confidence"] == pytest.approx(math.sqrt(0.98 * 0.94))
    assert geometric.probes[0].decisions["deer_approximate"] is True


def test_dynasor_stops_when_its_last_answers_agree_and_none_sounds_unsure() -> None:
    # effort "crazy": a probe every 32 tokens, two answers must agree; 320 characters of 4 a token are 80 tokens
    item = untagged("x" * 320)
    source = replace(item.source, turns=(SOURCE.turns[0], replace(SOURCE.turns[1], text="x" * 320, n_tokens=80)))  # type: ignore[type-var]
    settings = {"preset": "dynasor", "dynasor_effort": "crazy"}
    sure, driven = drive(PROBE, replace(item, source=source), by(lambda _: "42} \\]"), settings)
    assert [probe.offset for probe in sure.probes] == [128, 256]
    assert driven.asks[0].sampling.temperature == 0.6
    assert [probe.decisions["dynasor_approximate"] for probe in sure.probes] == [False, True]
    unsure, _ = drive(PROBE, replace(item, source=source), by(lambda _: "42} Wait, no"), settings)
    assert not any(probe.decisions["dynasor_approximate"] for probe in unsure.probes)
    assert "decisions are approximate: tokens are counted by characters" in sure.remarks

    def split(text: str) -> Reply:
        return Reply(text, tokens=[Token(-1, text[at : at + 5], None) for at in range(0, len(text), 5)])

    exact, _ = drive(PROBE, replace(item, source=source), by(lambda _: "42} \\]"), settings, split)
    assert [probe.offset for probe in exact.probes] == [160, 320]
    assert [probe.decisions["dynasor"] for probe in exact.probes] == [False, True]
    assert not any("approximate" in remark for remark in exact.remarks)


def test_cgrs_probes_at_blank_lines_and_says_how_likely_it_would_suppress() -> None:
    # one certain token: entropy 0, C 1, p 1
    reply = Reply(
        "{4}",
        tokens=[
            Token(0, "{", 0.0, (("{", 0.0),)),
            Token(1, "4", 0.0, (("4", 0.0),)),
            Token(2, "}", 0.0, (("}", 0.0),)),
        ],
    )
    result, _ = drive(PROBE, ITEM, by(lambda _: reply), {"preset": "cgrs"})
    (probe,) = result.probes
    assert probe.offset == 23
    assert probe.figures["cgrs_suppression"] == 1
    assert probe.decisions["cgrs_approximate"] is True


def test_a_tokens_entropy_is_bounded_by_its_alternatives() -> None:
    # .5, .25 and the .25 left over as one token: 1.0397 nats
    token = Token(0, "a", math.log(0.5), (("a", math.log(0.5)), ("b", math.log(0.25))))
    assert token_entropy(token) == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(4))
    assert token_entropy(Token(0, "a", math.log(0.5))) is None
    assert mean_token_entropy([token, Token(0, "a", -1.0)]) is None


@pytest.mark.parametrize(
    ("suffix", "reply", "value"),
    [
        (DYNASOR_TEXT, Reply("\\frac{1}{2}} \\]"), "\\frac{1}{2}"),
        (DYNASOR_TEXT, Reply("42", "length"), ""),
        (DYNASOR_TEXT, Reply("42", "stop"), "42"),
        ("\n**Final Answer**\n\\boxed", Reply("{7}\n"), "7"),
        ("**Final Answer: \\boxed", Reply("{7}**"), "7"),
        ("\n</think>\n\nThe answer is", Reply(" 42. Confidence: 80%"), "42"),
        ("\n</think>\n\nThe answer is", Reply(" -3"), "-3"),
        ("\n\nFINAL ANSWER:", Reply(" 12\n"), "12"),
        ("The answer is", Reply(""), ""),
        ("The answer is", Reply("\x00\ud800"), "\ufffd\ufffd"),
    ],
)
def test_forced_answers_are_read_behind_their_probe_text(suffix: str, reply: Reply, value: str) -> None:
    assert forced_answer(suffix, reply, SUM).value == value


def test_a_letter_is_read_for_a_choice() -> None:
    assert forced_answer("\n\nThe answer is", Reply(" B. Confidence: 90%"), ORGAN).value == "B"


def test_places_every_n_characters_start_with_the_reasoning() -> None:
    result, _ = drive(PROBE, ITEM, by(lambda _: " 42."), {"at": "characters", "every": 20})
    assert [probe.offset for probe in result.probes] == [27, 47]


def test_a_trace_without_tags_is_probed_without_closing_anything() -> None:
    result, driven = drive(PROBE, untagged("1 + 1 = 2.\nYes."), by(lambda _: " 2."))
    assert [probe.offset for probe in result.probes] == [10, 15]
    assert driven.asks[0].prefix.endswith("Yes.")


def test_failed_points_are_counted_and_the_rest_stays() -> None:
    replies: list[Reply | str] = [Reply(finish_reason="error", error="timed out"), " 42.", " 42."]
    result, _ = drive(PROBE, ITEM, listed(replies))
    assert [probe.offset for probe in result.probes] == [41, 54]
    assert result.remarks == ("1 probes failed, the first with: timed out", "1 probes gave no answer that can be read")


@pytest.mark.parametrize(
    ("item", "settings", "words"),
    [
        (Item(SUM), {}, "starts from a rollout"),
        (ITEM, {"at": "cues", "cues": ["Hmm"]}, "none of 'Hmm' is in its reasoning"),
        (ITEM, {"at": "characters", "every": 90}, "shorter than 90 characters"),
    ],
)
def test_a_trace_that_cannot_be_probed_says_why(item: Item, settings: dict[str, object], words: str) -> None:
    with pytest.raises(ProtocolFailed, match=words):
        drive(PROBE, item, listed([]), settings)


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingRefused, match="k is 3 at temperature 0"):
        PROBE.settle({"k": 3})
    with pytest.raises(SettingRefused, match="cues is empty"):
        PROBE.settle({"at": "cues", "cues": ""})


def test_a_problem_without_options_or_gold_has_probes_without_outcome() -> None:
    item = replace(ITEM, problem=Problem("What is 17 + 25?"))
    result, _ = drive(PROBE, item, by(lambda _: " 42."))
    assert {probe.outcome for probe in result.probes} == {Outcome.NO_GOLD}


def test_places_every_n_tokens_are_the_engines_own_where_it_knows_them() -> None:
    """The reasoning is 7..55; in tokens of four characters the fifth ends at 27 and the tenth at 47."""

    def split(text: str) -> Reply:
        return Reply(text, tokens=[Token(-1, text[at : at + 4], None) for at in range(0, len(text), 4)])

    result, driven = drive(PROBE, ITEM, by(lambda ask: " 42."), {"at": "tokens", "every": 5}, split)
    assert [probe.offset for probe in result.probes] == [27, 47]
    assert driven.n_requests == 2
    assert not any("estimated" in remark for remark in result.remarks)


def test_places_every_n_tokens_are_said_to_be_estimated_where_the_engine_knows_none() -> None:
    result, _ = drive(PROBE, ITEM, by(lambda ask: " 42."), {"at": "tokens", "every": 5})
    assert any("estimated from its characters" in remark for remark in result.remarks)
