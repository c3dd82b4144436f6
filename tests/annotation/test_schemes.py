"""Schemes: copies of shipped ones or one's own; a change carries labels along or is refused."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analysis.labelling.scheme import Kind, Target
from analysis.labelling.shipped import SCHEMES
from apps.accounts import models as accounts
from apps.accounts.models import Role
from apps.annotation.forms.schemes import SchemeForm
from apps.annotation.models import Decision, Label, Ruling, Scheme
from apps.annotation.services.layers import gold_layer
from apps.annotation.services.schemes import Change, SchemeRefused, change_scheme, create_scheme, delete_scheme
from tests.annotation import build
from tests.annotation.build import KINDS, Hand, adding, span, suggestion
from tests.traces.analysed import make_project

pytestmark = pytest.mark.django_db
CANDIDATE, VERIFY, DOUBT, GOOD, REVISES = KINDS


@pytest.mark.parametrize("shipped", list(SCHEMES))
def test_every_shipped_scheme_becomes_a_scheme_of_the_project_unchanged(shipped: str) -> None:
    made = create_scheme(project=make_project(), user=None, shipped=shipped)
    found, plain = Scheme.objects.get(pk=made.pk).plain, SCHEMES[shipped]
    assert (found.kinds, found.many, found.segmentation) == (plain.kinds, plain.many, plain.segmentation)
    assert (found.description, found.source, found.name) == (plain.description, plain.source, SCHEMES.label(shipped))
    assert accounts.Change.objects.get().after == {"made_from": shipped, "labels": len(plain.kinds)}


def test_an_empty_scheme_needs_a_name_and_names_are_there_once() -> None:
    project = make_project()
    with pytest.raises(SchemeRefused, match="a name of 1 to 100 characters, not 0"):
        create_scheme(project=project, user=None)
    create_scheme(project=project, user=None, name=" my   steps ")
    with pytest.raises(SchemeRefused, match="'my steps' already"):
        create_scheme(project=project, user=None, name="my steps")
    create_scheme(project=make_project("other"), user=None, name="my steps")


def test_a_scheme_is_made_on_its_page() -> None:
    project = make_project()
    client = Client()
    client.force_login(build.person(project, "lea", Role.MEMBER))
    address = reverse("annotation:new_scheme", args=[project.slug])
    assert "Reflection steps" in client.get(address).content.decode()
    answer = client.post(address, {"shipped": "reflection", "name": "steps"})
    made = Scheme.objects.get()
    assert (made.name, made.made_from) == ("steps", "reflection")
    assert answer.headers["Location"] == reverse("annotation:scheme", args=[project.slug, made.pk])
    again = client.post(address, {"shipped": "reflection", "name": "steps"})
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert client.post(address, {"shipped": "moon"}).status_code == 422


@pytest.fixture
def hand() -> Hand:
    (rollout,) = build.stored()
    project = rollout.collection.project
    return Hand(build.scheme(project), build.person(project), rollout)


def changed(hand: Hand, *kinds: Kind, **given: object) -> int:
    scheme = scheme_of(hand)
    same = {kind.name: kind.name for kind in kinds if scheme.plain.find(kind.name)}
    change = Change(version=scheme.version, name=scheme.name, kinds=kinds, was=same, many=True)
    return change_scheme(scheme=scheme, user=hand.user, change=replace(change, **given))  # type: ignore[arg-type]


def scheme_of(hand: Hand) -> Scheme:
    return Scheme.objects.get(pk=hand.layer.scheme_id)


def relating(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return adding("revises") | {"verb": "relate", "first": first["key"], "other": other["key"]}


def test_a_label_is_added_and_the_version_is_raised_with_a_line_of_history(hand: Hand) -> None:
    changed(hand, *KINDS, Kind("repair", "Repair", "4", 3))
    assert [kind.name for kind in scheme_of(hand).plain.kinds][-1] == "repair"
    assert scheme_of(hand).version == 2
    (line,) = accounts.Change.objects.all()
    assert (line.verb, line.actor, line.label) == ("change a scheme", hand.user, "steps")
    assert (line.before or {})["labels"] == "candidate, verify, doubt, good, revises"
    assert (line.after or {})["labels"] == "candidate, verify, doubt, good, revises, repair"


def test_two_labels_change_names_with_each_other_everywhere(hand: Hand) -> None:
    """In the person's layer, in suggestions, among removed labels and in rulings."""
    gone = adding("doubt", span(hand.rollout, 6, 9))
    hand.does(adding("verify", span(hand.rollout, 0, 5)), gone, {"verb": "remove", "key": gone["key"]})
    suggestion(hand.layer.scheme, hand.rollout, "doubt", 12, 15)
    names = [{"name": "doubt", "value": ""}, {"open": True}, {"name": "verify", "value": "5"}]
    ruling = Ruling.objects.create(
        layer=gold_layer(scheme=hand.layer.scheme), rollout=hand.rollout, names=names, actor=hand.user
    )
    verify, doubt = replace(VERIFY, name="doubt"), replace(DOUBT, name="verify")
    n = changed(hand, CANDIDATE, verify, doubt, GOOD, REVISES, was={"doubt": "verify", "verify": "doubt"})
    assert n == 2
    assert hand.names == [("doubt", "")]
    assert Label.objects.get(layer__kind="suggester").name == "verify"
    assert Label.objects.get(removed_at__isnull=False).name == "verify"
    ruling.refresh_from_db()
    assert ruling.names == [{"name": "verify", "value": ""}, {"open": True}, {"name": "doubt", "value": "5"}]


def test_labels_that_become_one_on_a_place_are_one_with_their_relations_and_decisions(hand: Hand) -> None:
    """verify and doubt on 0-5, a candidate on 6-9 revises the doubt: after the merge it revises the one verify."""
    place = span(hand.rollout, 0, 5)
    verify, doubt = adding("verify", place), adding("doubt", place)
    candidate = adding("candidate", span(hand.rollout, 6, 9))
    relation = relating(candidate, doubt)
    hand.does(verify, doubt, candidate, relation)
    suggested = suggestion(hand.layer.scheme, hand.rollout, "doubt", 0, 5)
    theirs = Label.objects.get(key=doubt["key"])
    Decision.objects.create(layer=hand.layer, suggestion=suggested, is_accepted=True, actor=hand.user, label=theirs)
    changed(hand, CANDIDATE, VERIFY, GOOD, REVISES, into={"doubt": "verify"})
    assert hand.names == [("verify", ""), ("candidate", ""), ("revises", "")]
    kept = Label.objects.get(key=verify["key"])
    assert Label.objects.get(key=relation["key"]).other == kept
    assert Decision.objects.get().label == kept
    assert Label.objects.get(key=doubt["key"]).removed_by == hand.user


def test_a_relation_between_two_labels_that_became_one_is_removed(hand: Hand) -> None:
    place = span(hand.rollout, 0, 5)
    verify, doubt = adding("verify", place), adding("doubt", place)
    hand.does(verify, doubt, relating(verify, doubt))
    changed(hand, CANDIDATE, VERIFY, GOOD, REVISES, into={"doubt": "verify"})
    assert hand.names == [("verify", "")]


def test_the_same_name_on_two_places_stays_two_labels(hand: Hand) -> None:
    hand.does(adding("verify", span(hand.rollout, 0, 5)), adding("doubt", span(hand.rollout, 6, 9)))
    changed(hand, CANDIDATE, VERIFY, GOOD, REVISES, into={"doubt": "verify"})
    assert hand.names == [("verify", ""), ("verify", "")]


def test_a_label_that_was_given_goes_only_where_another_takes_its_labels(hand: Hand) -> None:
    hand.does(adding("doubt", span(hand.rollout, 0, 5)), adding("doubt", span(hand.rollout, 6, 9)))
    with pytest.raises(SchemeRefused, match="2 labels are doubt") as refused:
        changed(hand, CANDIDATE, VERIFY, GOOD, REVISES)
    assert (refused.value.label, refused.value.field) == ("doubt", "into")
    with pytest.raises(SchemeRefused, match="2 labels are doubt"):
        changed(hand, CANDIDATE, VERIFY, GOOD, REVISES, into={"doubt": "moon"})
    assert (scheme_of(hand).version, len(hand.names)) == (1, 2)
    changed(hand, CANDIDATE, DOUBT, GOOD, REVISES)
    assert scheme_of(hand).plain.find("verify") is None, "what nobody gave goes"


ON_SPANS = replace(VERIFY, on=Target.SPAN)
ONLY_4 = replace(CANDIDATE, values=("4",))


@pytest.mark.parametrize(
    ("kinds", "more", "words", "field"),
    [
        ((CANDIDATE, ON_SPANS, GOOD), {}, "1 labels are verify, on a step; verify is on a span", "on"),
        ((CANDIDATE, GOOD), {"into": {"verify": "good"}}, "good is on a rollout", "on"),
        ((VERIFY, GOOD), {"into": {"candidate": "verify"}}, "candidate has the value '5', which verify", "values"),
        ((ONLY_4, VERIFY, GOOD), {}, "the value '5', which candidate cannot have", "values"),
        (
            (CANDIDATE, VERIFY, GOOD),
            {"segmentation": "sentence"},
            "3 labels stand on steps",
            "segmentation",
        ),
        ((CANDIDATE, VERIFY, GOOD), {"many": False}, "1 places carry several labels", "many"),
        ((CANDIDATE, VERIFY, GOOD), {"version": 7}, "somebody changed it meanwhile", ""),
    ],
)
def test_a_change_that_would_drop_something_is_refused(
    hand: Hand, kinds: tuple[Kind, ...], more: dict[str, object], words: str, field: str
) -> None:
    """A candidate with the value 5 and a verify on one step, a candidate with 5 on another."""
    first = span(hand.rollout, 0, 5)
    hand.does(adding("candidate", first, value="5"), adding("verify", first))
    hand.does(adding("candidate", span(hand.rollout, 6, 9), value="5"))
    with pytest.raises(SchemeRefused, match=words) as refused:
        changed(hand, *kinds, **more)
    assert refused.value.field == field
    assert scheme_of(hand).version == 1
    assert hand.names == [("candidate", "5"), ("verify", ""), ("candidate", "5")]


def test_suggestions_hinder_no_change_and_go_where_they_fit_no_more(hand: Hand) -> None:
    """verify gets another target, doubt goes: their suggestions go; candidate stays as it was."""
    for name in ("candidate", "verify", "doubt"):
        suggestion(hand.layer.scheme, hand.rollout, name, 0, 5)
    changed(hand, CANDIDATE, ON_SPANS, GOOD, REVISES)
    assert list(Label.objects.filter(removed_at=None).values_list("name", flat=True)) == ["candidate"]
    changed(hand, CANDIDATE, ON_SPANS, GOOD, REVISES, segmentation="sentence")
    assert not Label.objects.filter(removed_at=None).exists()


def test_what_no_label_stands_on_may_be_changed_at_will(hand: Hand) -> None:
    hand.does(adding("good"))
    changed(hand, replace(VERIFY, on=Target.SPAN), GOOD, segmentation="sentence", many=False)
    assert (scheme_of(hand).segmentation, scheme_of(hand).many) == ("sentence", False)


def test_a_scheme_with_labels_is_not_deleted(hand: Hand) -> None:
    act = adding("verify", span(hand.rollout, 0, 5))
    hand.does(act)
    with pytest.raises(SchemeRefused, match="1 labels are of it"):
        delete_scheme(scheme=hand.layer.scheme, user=hand.user)
    hand.does({"verb": "remove", "key": act["key"]})
    suggestion(hand.layer.scheme, hand.rollout, "doubt", 0, 5)
    delete_scheme(scheme=hand.layer.scheme, user=hand.user)
    assert not Scheme.objects.exists()
    assert accounts.Change.objects.get().verb == "delete a scheme"


FIELDS = ("was", "name", "title", "key", "colour", "definition", "yes", "no", "on", "values", "into")


def sent_of(scheme: Scheme, more: dict[str, str] | None = None) -> dict[str, str]:
    """What the editor's form sends of a scheme as it is, but for `more`."""
    sent = {"version": str(scheme.version), "name": scheme.name, "segmentation": scheme.segmentation, "many": "on"}
    for row in SchemeForm(scheme, {}).rows:
        sent |= {f"kind-{row.number}-{name}": str(getattr(row, name)) for name in FIELDS}
        sent |= {f"kind-{row.number}-has_value": "on"} if row.has_value else {}
    return sent | (more or {})


def editor(hand: Hand) -> tuple[Client, str]:
    client = Client()
    client.force_login(build.person(hand.layer.scheme.project, "lea", Role.MEMBER))
    return client, reverse("annotation:edit_scheme", args=["p", hand.layer.scheme_id])


def test_a_form_sent_as_it_was_shown_changes_nothing_but_the_version(hand: Hand) -> None:
    client, address = editor(hand)
    assert client.get(address).status_code == 200
    assert client.post(address, sent_of(scheme_of(hand))).status_code == 302
    assert scheme_of(hand).plain.kinds == KINDS
    assert scheme_of(hand).version == 2


def test_the_editor_renames_adds_and_merges(hand: Hand) -> None:
    hand.does(adding("doubt", span(hand.rollout, 0, 5)))
    client, address = editor(hand)
    more = {"kind-1-name": "check", "kind-1-title": "Check it", "kind-2-goes": "on", "kind-2-into": "check"}
    more |= {"kind-5-title": "Locate the error", "kind-5-yes": "the sign is wrong\r\n\r\nline 5 is wrong"}
    assert client.post(address, sent_of(scheme_of(hand), more)).status_code == 302
    assert hand.names == [("check", "")]
    *_, new = scheme_of(hand).plain.kinds
    assert (new.name, new.key, new.yes) == ("locate_the_error", "3", ("the sign is wrong", "line 5 is wrong"))


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"kind-2-key": "2"}, "key", "2 gives Kept as typed already"),
        ({"kind-2-key": "j"}, "key", "j has another use while labelling"),
        ({"kind-2-key": "ß"}, "key", "choose one of 1 2 3"),
        ({"kind-2-name": "verify"}, "name", "Kept as typed has this name already"),
        ({"kind-2-name": "Doubt!"}, "name", "small letters, digits and _"),
        ({"kind-2-goes": "on"}, "into", "1 labels are doubt: choose the label that takes them"),
        ({"kind-2-on": "span"}, "on", "1 labels are doubt, on a step"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_changed(
    hand: Hand, given: dict[str, str], field: str, words: str
) -> None:
    hand.does(adding("doubt", span(hand.rollout, 0, 5)))
    client, address = editor(hand)
    response = client.post(address, sent_of(scheme_of(hand), given | {"kind-1-title": "Kept as typed"}))
    assert response.status_code == 422
    row = next(row for row in response.context["form"].rows if row.number == 2)
    assert words in row.errors[field]
    page = response.content.decode()
    assert f'id="e-2-{field}"' in page
    assert "Kept as typed" in page
    assert scheme_of(hand).version == 1


def test_a_form_of_an_earlier_version_is_refused(hand: Hand) -> None:
    client, address = editor(hand)
    before = sent_of(scheme_of(hand))
    client.post(address, before)
    response = client.post(address, before)
    assert response.status_code == 422
    assert "somebody changed it meanwhile" in response.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind-0-name": "\x00"},
        {"kind-999-name": "x", "kind-999-colour": "9"},
        {"kind-0-name": "", "kind-0-title": "<b>", "kind-0-on": "moon"},
        {"kind-0-name": "a", "kind-0-on": "step", "segmentation": "moon"},
    ],
)
def test_hostile_forms_are_answered(hand: Hand, sent: dict[str, str]) -> None:
    client, address = editor(hand)
    assert client.post(address, {"version": "1", "name": "s"} | sent).status_code == 422
    assert scheme_of(hand).version == 1
