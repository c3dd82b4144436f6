"""The picture of persona effects has a line for each persona that was given; sums over personas are in tables only."""

from analysis.psychometrics.dissociation import Moved
from analysis.psychometrics.persona import Effect
from apps.psychology.presenters.linking import Card, Hrefs, effects_card
from apps.psychology.presenters.words import Table

EFFECT = Effect(1.0, 0.5, 1.5, 4)


def moved(persona: str) -> list[Moved]:
    return [
        Moved("agreeableness", persona, "trait", "agreeableness", True, EFFECT),
        Moved("agreeableness", persona, "behaviour", "sycophancy", False, EFFECT),
    ]


def test_only_single_personas_are_drawn_and_all_rows_are_in_the_table() -> None:
    card = effects_card([*moved("set 1 · character"), *moved("set 2 · character"), *moved("")], Hrefs("/", ""))
    assert card.forest is not None
    assert [line.label for line in card.forest.lines] == ["set 1 · character", "set 2 · character"]
    assert [line.heading for line in card.forest.lines] == ["Agreeableness personas", ""]
    assert len(card.table.rows) == 6


def test_without_a_persona_there_is_a_reason_in_place_of_a_picture() -> None:
    card = effects_card(moved(""), Hrefs("/", ""))
    assert (card.forest, card.svg, card.drawing) == (None, "", "")
    assert card.missing.startswith("no persona was given")


def test_a_long_table_without_a_picture_is_folded() -> None:
    def card(n: int) -> Card:
        return Card("x", "X", "", Table("t-x", "X", (), [("row", ())] * n), "", "")

    assert [card(n).is_open for n in (2, 12, 13)] == [True, True, False]
