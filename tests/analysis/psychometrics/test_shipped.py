"""The instruments that come along: their keys against what papers print, and whose words they may hold."""

import pytest

from analysis.psychometrics.instrument import Instrument, Scoring
from analysis.psychometrics.instrument_files import as_json, instrument_of
from analysis.psychometrics.shipped import FOLDER, INSTRUMENTS
from analysis.registry import UnknownName

OWN = ("afterthought-30", "afterthought-30-llm")


def reversed_of(instrument: Instrument, scale: str = "") -> list[str]:
    return [item.id for item in instrument.items if item.is_reversed and scale in ("", item.scale)]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_shipped_file_is_its_own_id_reads_and_is_written_the_same(name: str) -> None:
    read = INSTRUMENTS[name]
    assert (read.id, bool(read.title), bool(read.source), bool(read.licence)) == (name, True, True, True)
    assert instrument_of(as_json(read)) == read
    assert read.is_verified or read.doubts


def test_every_file_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(INSTRUMENTS)
    with pytest.raises(UnknownName, match="unknown instrument 'mmpi'; known: afterthought-30"):
        INSTRUMENTS["mmpi"]


def test_others_instruments_come_without_a_single_sentence() -> None:
    assert {name for name in INSTRUMENTS if any(item.text for item in INSTRUMENTS[name].items)} == set(OWN)
    assert all(INSTRUMENTS[name].has_texts for name in OWN)


@pytest.mark.parametrize("name", OWN)
def test_our_own_have_thirty_items_balanced_over_all_and_within_one_of_it_for_each_score(name: str) -> None:
    """Five items a score cannot be balanced: two or three are reversed, 15 of all 30; pairs are one of each."""
    own = INSTRUMENTS[name]
    assert (len(own.items), len(reversed_of(own))) == (30, 15)
    assert own.scales == (
        "openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism", "self_regulation",
    )  # fmt: skip
    assert {scale: len(reversed_of(own, scale)) in (2, 3) for scale in own.scales} == dict.fromkeys(own.scales, True)
    pairs: dict[str, list[bool]] = {}
    for item in own.items:
        pairs.setdefault(item.pair, []).append(item.is_reversed)
    singles = pairs.pop("")
    assert (len(pairs), sorted(singles)) == (12, [False] * 3 + [True] * 3)
    assert all(sorted(sides) == [False, True] for sides in pairs.values())


@pytest.mark.parametrize("name", OWN)
def test_our_own_say_that_they_are_unnormed_and_repeat_no_sentence(name: str) -> None:
    own = INSTRUMENTS[name]
    assert not own.norms
    assert "Unnormed" in own.about
    other = INSTRUMENTS[OWN[1 - OWN.index(name)]]
    assert len({item.text for item in (*own.items, *other.items)}) == 60


def test_both_of_our_own_have_one_key() -> None:
    keys = [[(item.id, item.scale, item.is_reversed, item.pair) for item in INSTRUMENTS[name].items] for name in OWN]
    assert keys[0] == keys[1]


def test_the_bfi_has_its_key_and_norms() -> None:
    """The published key: E 1, 6R, 11, 16, 21R, 26, 31R, 36 and so on; 16 of 44 reversed. Norms of 6,076 people."""
    bfi = INSTRUMENTS["bfi-44"]
    assert {scale: len(bfi.items_of(scale)) for scale in bfi.scales} == {
        "openness": 10, "conscientiousness": 9, "extraversion": 8, "agreeableness": 9, "neuroticism": 8,
    }  # fmt: skip
    assert sorted(map(int, reversed_of(bfi))) == [2, 6, 8, 9, 12, 18, 21, 23, 24, 27, 31, 34, 35, 37, 41, 43]
    assert {norm.scale: (norm.mean, norm.sd) for norm in bfi.norms}["extraversion"] == (3.25, 0.90)
    assert bfi.is_verified


def test_the_ipip_neo_goes_round_its_domains_and_facets_with_55_reversed() -> None:
    """Item i is of domain i mod 5 in N, E, O, A, C and of facet (i - 1) mod 30: 30 facets of four items each."""
    neo = INSTRUMENTS["ipip-neo-120"]
    assert [item.facet for item in neo.items[:7]] == ["N1", "E1", "O1", "A1", "C1", "N2", "E2"]
    assert all(neo.items[i].facet == neo.items[i % 30].facet for i in range(120))
    assert (len(neo.facets), len(reversed_of(neo))) == (30, 55)
    assert [len(neo.items_of(scale)) for scale in neo.scales] == [24] * 5


def test_the_srq_has_seven_facets_of_nine_26_reversed_and_bands_of_its_sum() -> None:
    srq = INSTRUMENTS["srq-63"]
    assert (len(srq.items), len(reversed_of(srq)), srq.scoring) == (63, 26, Scoring.SUM)
    assert [item.facet for item in srq.items[:8]] == [
        "receiving", "evaluating", "triggering", "searching", "formulating", "implementing", "assessing", "receiving",
    ]  # fmt: skip
    assert {band.label: band.at_least for band in srq.bands} == {"low": 63, "intermediate": 214, "high": 239}
    assert srq.range_of("self_regulation") == (63, 315)


@pytest.mark.parametrize(
    ("name", "n", "wanted"),
    [
        ("mini-ipip", 20, [6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20]),
        ("sd3", 27, [11, 15, 17, 20, 25]),
        ("bscs", 13, [2, 3, 4, 5, 7, 9, 10, 12, 13]),
    ],
)
def test_short_instruments_have_their_reversed_items(name: str, n: int, wanted: list[int]) -> None:
    assert (len(INSTRUMENTS[name].items), sorted(map(int, reversed_of(INSTRUMENTS[name])))) == (n, wanted)


def test_the_fifty_markers_have_ten_items_a_factor_and_their_signs() -> None:
    """Reversed of E 6 to 46 by tens, of A 2, 12, 22, 32, of ES all but 9 and 19."""
    ipip = INSTRUMENTS["ipip-50"]
    assert [len(ipip.items_of(scale)) for scale in ipip.scales] == [10] * 5
    assert reversed_of(ipip, "extraversion") == ["6", "16", "26", "36", "46"]
    assert reversed_of(ipip, "agreeableness") == ["2", "12", "22", "32"]
    assert [item.id for item in ipip.items_of("emotional_stability") if not item.is_reversed] == ["9", "19"]


def test_keys_from_memory_or_second_hand_are_marked_so() -> None:
    assert {name for name in INSTRUMENTS if not INSTRUMENTS[name].is_verified} == {"ipip-50", "sd3", "bscs"}
