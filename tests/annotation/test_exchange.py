"""Labels out and in: nothing changes on the way, nothing is added twice, what has no place is listed."""

import io
import json
from uuid import UUID, uuid4

import pytest

from analysis import types
from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.types import Bundle, Document, hash_of
from analysis.labelling.rows import Row
from apps.accounts.models import Change, Project, Role, User
from apps.annotation.models import Comment, Label, Layer, Scheme
from apps.annotation.services import exchange
from apps.annotation.services.exchange import NoSuchLayer, import_bundle
from apps.annotation.services.layers import gold_layer
from apps.annotation.services.taking_in import Imported
from apps.traces.models import Collection, Rollout
from tests.annotation import build
from tests.annotation.build import Hand, adding, span
from tests.traces import build as traces

pytestmark = pytest.mark.django_db

FACE = "\U0001f600"
REASONING = f"{FACE} 2 + 2 is 5.\nSo the answer is 5.\r\nWait, let me check.\nThe answer is 4."


def rollout(external_id: str = "1", reasoning: str = REASONING) -> types.Rollout:
    return traces.rollout(external_id, turns=(traces.attempt(reasoning),))


@pytest.fixture
def scheme() -> Scheme:
    """Two rollouts labelled by two people: spans with values, a comment, a label of the whole, a relation."""
    first, second = build.stored([rollout("1"), rollout("2", REASONING + " Yes.")])
    project = first.collection.project
    scheme = build.scheme(project)
    ann, bo = (Hand(scheme, build.person(project, name), first) for name in ("ann", "bo"))
    one, two = uuid4(), uuid4()
    ann.does(
        adding("candidate", span(first, 2, 13, turn=0), key=one, value="=5"),
        adding("verify", span(first, 35, 54, turn=0), key=two),
        {"verb": "relate", "key": str(uuid4()), "name": "revises", "first": str(two), "other": str(one)},
        {"verb": "comment", "text": f"odd {FACE}", **span(first, 35, 54, turn=0)},
        adding("good"),
    )
    bo.does(adding("doubt", span(first, 2, 13, turn=0)))
    Hand(scheme, bo.user, second).does(adding("candidate", span(second, 0, 3, turn=0), value="5"))
    return scheme


def written(scheme: Scheme, name: str, *layers: str) -> str:
    return "".join(exchange.export(scheme=scheme, form=FORMATS[name], layers=layers))


def read(scheme: Scheme, name: str, text: str, **settings: object) -> Imported:
    bundle = FORMATS[name].read(io.BytesIO(text.encode()), scheme.plain)
    return import_bundle(scheme=scheme, bundle=bundle, actor=None, **settings)  # type: ignore[arg-type]


def standing(scheme: Scheme) -> int:
    return Label.objects.filter(layer__scheme=scheme, removed_at=None).count()


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_file_that_is_read_where_it_was_written_adds_nothing(scheme: Scheme, name: str) -> None:
    assert standing(scheme) == 6
    result = read(scheme, name, written(scheme, name))
    assert (result.n_stored, result.n_known, result.unplaced) == (0, 6, [])
    assert not Change.objects.filter(verb="imported labels").exists()


@pytest.mark.parametrize("name", list(FORMATS))
def test_labels_that_were_deleted_come_back_with_everything(scheme: Scheme, name: str) -> None:
    before = written(scheme, name)
    Layer.objects.all().delete()
    result = read(scheme, name, before)
    assert (result.n_stored, result.n_known, result.unplaced) == (6, 0, [])
    assert written(scheme, name) == before
    assert Comment.objects.get().text == f"odd {FACE}"
    (change,) = Change.objects.filter(verb="imported labels")
    assert change.after == {"labels": 6, "layers": ["person:ann", "person:bo"], "left_out": 0}


@pytest.mark.parametrize("name", list(FORMATS))
def test_another_project_with_the_same_rollouts_takes_them_all_and_gives_them_back(scheme: Scheme, name: str) -> None:
    other = Project.objects.create(name="q", slug="q")
    build.stored([rollout("1"), rollout("2", REASONING + " Yes.")], other)
    for username in ("ann", "bo"):
        other.memberships.create(user=User.objects.get(username=username), role=Role.MEMBER)
    there = build.scheme(other)
    result = read(there, name, written(scheme, name))
    assert (result.n_stored, result.unplaced) == (6, [])
    assert written(there, name) == written(scheme, name)
    assert read(there, name, written(scheme, name)).n_stored == 0


def test_labels_of_somebody_who_is_no_member_go_to_an_imported_layer_of_that_name(scheme: Scheme) -> None:
    other = Project.objects.create(name="q", slug="q")
    build.stored([rollout("1"), rollout("2", REASONING + " Yes.")], other)
    there = build.scheme(other)
    result = read(there, "project", written(scheme, "project"))
    assert sorted(result.layers) == ["imported:ann", "imported:bo"]
    assert {label.author for label in Label.objects.filter(layer__scheme=there)} == {None}
    assert [left.reason for left in result.unplaced] == ["its comment is nobody's who is a member here"]


def test_the_time_at_which_a_label_was_given_is_kept(scheme: Scheme) -> None:
    given = {label.key: label.made_at for label in Label.objects.all()}
    before = written(scheme, "project")
    Layer.objects.all().delete()
    read(scheme, "project", before)
    assert {label.key: label.made_at for label in Label.objects.all()} == given


def test_offsets_in_the_file_are_utf_16_units_and_code_points_here(scheme: Scheme) -> None:
    task = json.loads(written(scheme, "labelstudio"))[0]
    region = task["annotations"][0]["result"][0]["value"]
    assert (region["start"], region["end"], region["text"]) == (3, 14, "2 + 2 is 5.")
    (candidate,) = Label.objects.filter(name="candidate", start=2)
    assert (candidate.start, candidate.end) == (2, 13)


def test_one_layer_can_be_exported_and_an_unknown_one_is_refused_with_those_there_are(scheme: Scheme) -> None:
    lines = [json.loads(line) for line in written(scheme, "project", "bo").splitlines()]
    assert {line["label"]["layer"] for line in lines if "label" in line} == {"person:bo"}
    with pytest.raises(NoSuchLayer, match="no labels in a layer 'cy'; layers with labels: person:ann, person:bo"):
        written(scheme, "project", "cy")


def test_a_file_can_be_taken_into_one_layer_and_again_adds_nothing(scheme: Scheme) -> None:
    text = written(scheme, "project", "ann")
    first, again = (read(scheme, "project", text, layer="gold") for _ in range(2))
    assert (first.n_stored, first.layers) == (4, ["gold:gold"])
    assert (again.n_stored, again.n_known) == (0, 4)
    (relation,) = Label.objects.filter(layer=gold_layer(scheme=scheme), name="revises")
    assert relation.first is not None
    assert relation.first.layer == relation.layer


def test_a_text_that_differs_in_one_character_is_listed_and_nothing_is_stored(scheme: Scheme) -> None:
    other = Project.objects.create(name="q", slug="q")
    build.stored([rollout("1", REASONING + "!"), rollout("2", REASONING + " Yes.")], other)
    there = build.scheme(other)
    result = read(there, "project", written(scheme, "project"))
    assert result.n_stored == 1
    assert {left.reason for left in result.unplaced} == {
        "the text of turn 0 of '1' is another one here",
        "it joins a label that has no place here",
    }
    assert len(result.unplaced) == 5


def test_a_rollout_that_is_not_there_is_listed(scheme: Scheme) -> None:
    text = written(scheme, "csv")
    Rollout.objects.filter(external_id="1").update(unit_key="z", external_id="moved")
    Layer.objects.all().delete()
    result = read(scheme, "csv", text)
    assert result.n_stored == 1
    assert "there is no rollout '1'" in {left.reason for left in result.unplaced}


def foreign(text: str, *labels: object) -> str:
    return json.dumps({"text": text, "label": list(labels)}) + "\n"


def test_a_file_of_others_finds_its_turn_by_the_text_alone(scheme: Scheme) -> None:
    whole = REASONING + "FINAL ANSWER: 4"
    result = read(scheme, "doccano", foreign(whole, [3, 15, "Doubt"]))
    assert (result.n_stored, result.layers) == (1, ["imported:file"])
    label = Label.objects.get(layer__kind=Layer.Kind.IMPORTED)
    assert (label.turn_index, label.start, label.end, label.external_id) == (0, 2, 14, "1")


def test_a_text_that_is_the_reasoning_of_a_turn_is_found_inside_it(scheme: Scheme) -> None:
    text = "<think>It is 9. Right.</think>9"
    reasoning, response = types.Span(7, 22), types.Span(30, 31)
    turn = types.Turn(types.Role.ASSISTANT, text, is_attempt=True, reasoning=reasoning, response=response)
    traces.stored([traces.rollout("4", turns=(turn,))], into=Collection.objects.get())
    result = read(scheme, "doccano", foreign("It is 9. Right.", [0, 8, "candidate"]))
    assert result.unplaced == []
    label = Label.objects.get(external_id="4")
    assert (label.start, label.end) == (7, 15)
    assert text[7:15] == "It is 9."


def test_a_text_that_is_nowhere_or_in_two_rollouts_is_listed(scheme: Scheme) -> None:
    traces.stored([rollout("5")], into=Collection.objects.get())
    both = foreign("Nobody wrote this.", [0, 6, "doubt"]) + foreign(REASONING + "FINAL ANSWER: 4", [3, 15, "doubt"])
    result = read(scheme, "doccano", both)
    assert result.n_stored == 0
    assert sorted(left.reason.split(":")[0] for left in result.unplaced) == [
        f"no turn has the text of {'Nobody wrote this.'!r}",
        f"the text of {REASONING[:60]!r}".split(":")[0] + " is in 2 rollouts (C)",
    ]


def one(scheme: Scheme, row: Row, text_hash: str = "") -> Imported:
    bundle = Bundle(scheme.plain, (Document("1", "C", 0, None, "1", row.text_hash),), (row,))
    return import_bundle(scheme=scheme, bundle=bundle, actor=None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("k", "1", "mood", "", "C", 0, 0, 3), "scheme steps has no label 'mood'"),
        (Row("k", "1", "good", "", "C", 0, 0, 3), "good is a label of a rollout"),
        (Row("k", "1", "doubt", "", "C"), "doubt is a label of a step"),
        (Row("k", "1", "revises", "", "C", 0, 0, 3), "revises is a label of a relation"),
        (Row("k", "1", "doubt", "", "C", 0, 0, 9999), "0 to 9999 is no span of a text of 86 characters"),
        (Row("k", "1", "doubt", "", "C", 0, 3, 3), "3 to 3 is no span of a text of 86 characters"),
        (Row("k", "1", "doubt", "", "C", 0, 0, 3, value="7"), "Doubt has no value"),
        (Row("k", "1", "doubt", "", "C", 0, 0, 3, at="2026-13-01T00:00:00Z"), "'2026-13-01T00:00:00Z' is no time"),
        (Row("k", "1", "doubt", "", "C", 7, 0, 3), "the text of turn 7 of '1' is another one here"),
    ],
)
def test_a_label_that_the_scheme_or_the_text_has_no_room_for_is_listed(scheme: Scheme, row: Row, reason: str) -> None:
    result = one(scheme, row)
    assert (result.n_stored, [left.reason for left in result.unplaced]) == (0, [reason])
    assert result.unplaced[0].where.startswith(row.name)
    assert result.unplaced[0].where.endswith("of 1, key k")


def test_a_second_label_of_a_kind_on_one_span_is_listed_and_a_changed_one_does_not_write_over(scheme: Scheme) -> None:
    key = str(uuid4())
    assert one(scheme, Row(key, "1", "doubt", "x", "C", 0, 0, 3)).n_stored == 1
    again = one(scheme, Row(str(uuid4()), "1", "doubt", "x", "C", 0, 0, 3))
    assert [left.reason for left in again.unplaced] == ["another label stands there in layer x"]
    changed = one(scheme, Row(key, "1", "doubt", "x", "C", 0, 0, 4))
    assert [left.reason for left in changed.unplaced] == [
        "a label with this key is there already and says something else"
    ]
    assert Label.objects.get(key=UUID(key)).end == 3


def test_what_a_person_removed_here_is_not_brought_back(scheme: Scheme) -> None:
    text = written(scheme, "project", "bo")
    user = User.objects.get(username="bo")
    hand = Hand(scheme, user, Rollout.objects.get(external_id="2"))
    hand.does({"verb": "remove", "key": str(hand.labels[0].key)})
    result = read(scheme, "project", text)
    assert (result.n_stored, result.n_known) == (0, 2)
    assert not hand.labels


def test_an_error_in_the_middle_leaves_nothing_behind(scheme: Scheme) -> None:
    text = written(scheme, "project")
    Layer.objects.all().delete()
    bundle = FORMATS["project"].read(io.BytesIO(text.encode()), None)
    broken = Bundle(bundle.scheme, bundle.documents, (*bundle.rows[:-1], _Broken(bundle.rows[-1])))
    with pytest.raises(RuntimeError, match="the disk is full"):
        import_bundle(scheme=scheme, bundle=broken, actor=None)
    assert not Label.objects.exists()
    assert not Layer.objects.exists()


class _Broken(Row):
    """A row whose value cannot be read when the label is made."""

    def __init__(self, row: Row) -> None:
        for name in Row.__slots__:
            object.__setattr__(self, name, getattr(row, name))

    def __getattribute__(self, name: str) -> object:
        if name == "comment":
            raise RuntimeError("the disk is full")
        return super().__getattribute__(name)


def test_labels_on_a_text_that_changed_stay_behind_as_orphans(scheme: Scheme) -> None:
    Label.objects.filter(name="candidate").update(text_hash=bytes.fromhex(hash_of("another")))
    lines = [json.loads(line) for line in written(scheme, "project").splitlines()]
    names = sorted(line["label"]["name"] for line in lines if "label" in line)
    assert names == ["doubt", "good", "verify"]  # the relation stays with its lost end
