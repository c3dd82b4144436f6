"""How other tools are set up for our files: every name that a file uses is one that the tool was told."""

import json
from xml.etree import ElementTree

import pytest

from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.interfaces import doccano_labels, labelstudio_interface
from analysis.labelling.scheme import Kind, Scheme, Target
from analysis.labelling.shipped import SCHEMES

from .test_labelstudio import ours


@pytest.mark.parametrize("name", list(SCHEMES))
def test_every_label_of_a_scheme_has_its_tag_with_its_key(name: str) -> None:
    scheme = SCHEMES[name]
    root = ElementTree.fromstring(labelstudio_interface(scheme))
    tags = {tag.get("value"): tag for tag in root.iter() if tag.tag in {"Label", "Choice", "Relation"}}
    assert set(tags) == {kind.name for kind in scheme.kinds}
    for kind in scheme.on(Target.STEP, Target.SPAN, Target.ROLLOUT):
        assert tags[kind.name].get("hotkey") == kind.key


def test_every_control_that_our_tasks_name_is_in_the_interface() -> None:
    bundle = ours()
    (task,) = json.loads("".join(FORMATS["labelstudio"].write(bundle.scheme, bundle.parts())))
    results = [result for result in task["annotations"][0]["result"] if "from_name" in result]
    root = ElementTree.fromstring(labelstudio_interface(bundle.scheme))
    named = {tag.get("name"): tag.get("toName") for tag in root.iter() if tag.get("name")}
    assert {(result["from_name"], result["to_name"]) for result in results} == {("label", "text"), ("value", "text")}
    assert all(named[result["from_name"]] == result["to_name"] for result in results)
    assert root.find("Text").get("value") == "$text"  # type: ignore[union-attr]


def test_titles_are_escaped() -> None:
    scheme = Scheme("s", (Kind("a", '<b> & "c"', "1", 1),))
    (label,) = ElementTree.fromstring(labelstudio_interface(scheme)).iter("Label")
    assert label.get("hint") == '<b> & "c"'


def test_doccano_gets_its_span_types_and_relation_types_apart() -> None:
    reflection = SCHEMES["reflection"]
    spans = json.loads(doccano_labels(reflection, Target.STEP, Target.SPAN))
    relations = json.loads(doccano_labels(reflection, Target.RELATION))
    assert [each["text"] for each in spans] == [kind.name for kind in reflection.on(Target.STEP)]
    assert [each["text"] for each in relations] == ["verifies", "revises", "restates", "abandons"]
    assert len({each["suffix_key"] for each in spans + relations}) == len(spans) + len(relations)
