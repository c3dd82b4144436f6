"""Every shipped scheme is one that can be used, says what its labels mean, and gives digits to its first nine."""

import pytest

from analysis.labelling.scheme import Scheme, Target, checked, scheme_of
from analysis.labelling.shipped import SCHEMES
from analysis.registry import UnknownName
from analysis.segmentation import SEGMENTATIONS


@pytest.fixture(params=list(SCHEMES))
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return SCHEMES[str(request.param)]


def test_every_scheme_is_found_under_its_own_name() -> None:
    assert [SCHEMES[name].name for name in SCHEMES] == list(SCHEMES)


def test_every_scheme_passes_the_check_for_clashes_of_names_and_keys(scheme: Scheme) -> None:
    assert checked(scheme) is scheme
    assert scheme.segmentation in SEGMENTATIONS


def test_every_scheme_says_what_it_is_for_and_where_it_comes_from(scheme: Scheme) -> None:
    assert len(scheme.description) > 40
    assert scheme.source


def test_every_label_has_a_definition_an_example_that_is_one_and_one_that_is_not(scheme: Scheme) -> None:
    for kind in scheme.kinds:
        assert len(kind.definition) > 20, kind.name
        assert kind.yes, kind.name
        assert kind.no, kind.name
        assert not set(kind.yes) & set(kind.no), kind.name


def test_the_first_nine_labels_have_the_digits_in_order_and_relations_have_letters(scheme: Scheme) -> None:
    labels = [kind.key for kind in scheme.kinds if kind.on is not Target.RELATION]
    assert labels[:9] == list("123456789")[: len(labels)]
    assert all(kind.key.isalpha() for kind in scheme.on(Target.RELATION))


def test_no_two_labels_of_a_scheme_have_the_same_title_or_definition(scheme: Scheme) -> None:
    assert len({kind.title.casefold() for kind in scheme.kinds}) == len(scheme.kinds)
    assert len({kind.definition for kind in scheme.kinds}) == len(scheme.kinds)


def test_a_scheme_written_as_json_and_read_again_is_the_same(scheme: Scheme) -> None:
    settings = {"description": scheme.description, "many": scheme.many, "source": scheme.source}
    again = scheme_of(
        scheme.name, [kind.as_json() for kind in scheme.kinds], segmentation=scheme.segmentation, **settings
    )
    assert again == scheme


def test_the_reflection_scheme_has_the_seven_labels_of_the_look_and_four_relations() -> None:
    reflection = SCHEMES["reflection"]
    assert [kind.name for kind in reflection.on(Target.STEP)] == [
        "candidate",
        "verify",
        "new_approach",
        "doubt",
        "locate_error",
        "repair",
        "restate",
    ]
    assert [kind.colour for kind in reflection.on(Target.STEP)] == [1, 2, 3, 4, 5, 6, 7]
    assert [kind.name for kind in reflection.on(Target.RELATION)] == ["verifies", "revises", "restates", "abandons"]
    assert reflection.many


def test_thought_anchors_labels_are_the_eight_tags_of_its_files() -> None:
    assert {kind.name for kind in SCHEMES["thought_anchors"].kinds} == {
        "problem_setup",
        "plan_generation",
        "fact_retrieval",
        "active_computation",
        "result_consolidation",
        "uncertainty_management",
        "self_checking",
        "final_answer_emission",
    }


def test_a_first_wrong_step_has_one_of_a_closed_list_of_causes() -> None:
    kind = SCHEMES["first_wrong_step"].kind("first_wrong")
    assert kind.has_value
    assert "calculation" in kind.values
    assert "other" in kind.values


def test_an_unknown_scheme_lists_those_that_there_are() -> None:
    with pytest.raises(UnknownName, match="reflection, candidates, transitions"):
        SCHEMES["mood"]
