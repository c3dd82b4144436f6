"""The editor of an instrument: what is sent becomes an instrument, or says beside its row what is wrong."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from analysis.psychometrics.instrument import Norm, Option
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.accounts.models import Project, Role
from apps.psychology.forms.instruments import InstrumentForm
from apps.psychology.models import Instrument
from apps.psychology.services.instruments import take_shipped
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = pytest.mark.django_db
ITEMS = (
    {"id": "t1", "text": "My desk is empty.", "scale": "tidiness"},
    {"id": "t2", "text": "I search for what I own.", "scale": "tidiness", "reversed": "on"},
)


def sent(*items: dict[str, str], **fields: str) -> dict[str, str]:
    told = {
        "title": "Tidiness",
        "licence": "CC0",
        "scoring": "mean",
        "options": "1 No\n2 Yes",
        "language": "en",
    } | fields
    rows = enumerate(items or ITEMS)
    return told | {f"item-{number}-{name}": value for number, row in rows for name, value in row.items()}


def form(data: dict[str, str]) -> InstrumentForm:
    given = QueryDict(mutable=True)
    given.update(data)
    return InstrumentForm(data=given)


def changed(number: int, **fields: str) -> list[dict[str, str]]:
    return [{**row, **fields} if place == number else row for place, row in enumerate(ITEMS)]


@pytest.fixture
def project() -> Project:
    return build.project()


@pytest.fixture
def client(project: Project) -> Client:
    client = Client()
    client.force_login(user_of(project, Role.MEMBER))
    return client


def address(name: str, *keys: object) -> str:
    return reverse(f"psychology:{name}", args=["p", *keys])


def test_what_was_written_is_an_instrument_with_an_id_from_its_title(client: Client) -> None:
    answer = client.post(address("new_instrument"), sent())
    made = Instrument.objects.get()
    assert answer.headers["Location"] == address("instrument", made.pk)
    assert (made.name, made.version, made.title, made.hindrance) == ("tidiness", "1", "Tidiness", "")
    assert [(item.id, item.is_reversed) for item in made.plain.items] == [("t1", False), ("t2", True)]
    assert made.plain.options == (Option(1, "No"), Option(2, "Yes"))


def test_items_without_an_id_are_named_by_their_place_and_empty_rows_count_nothing() -> None:
    rows = [{"id": "", "text": ""}, {"id": "", "text": "a", "scale": "s"}, {"id": "", "text": "b", "scale": "s"}]
    found = form(sent(*rows)).found
    assert found is not None
    assert [item.id for item in found.items] == ["1", "2"]


@pytest.mark.parametrize(
    ("changes", "number", "field", "why"),
    [
        (changed(1, id="t1"), 1, "id", "'t1' is there 2 times"),
        (changed(0, scale=""), 0, "scale", "belongs to no score"),
        (changed(0, text=""), 0, "text", "an item needs a text"),
        (changed(1, id="a b/c"), 1, "id", "an id has letters"),
        (changed(1, pair="p"), 1, "pair", "is alone in pair 'p'"),
        (changed(0, options="yes\nno"), 0, "options", "the option 'yes' must be a whole number and its words"),
        (changed(0, options="1 no\n3 yes"), 0, "options", "no whole numbers in a row"),
        (changed(0, scale="trait/one"), 0, "scale", "is no name"),
    ],
)
def test_what_is_wrong_with_an_item_stands_beside_its_row(
    changes: list[dict[str, str]], number: int, field: str, why: str
) -> None:
    found = form(sent(*changes))
    assert not found.is_good
    assert why in found.rows[number].errors[field]
    assert [row.number for row in found.rows if row.errors] == [number]
    assert found.errors == {}


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("options", "1 No", "has 1 options"),
        ("options", "1 No\n3 Yes", "no whole numbers in a row"),
        ("options", "No\nYes", "the option 'No' must be a whole number"),
        ("options", "1 No\n2 no", "does not tell one option from another"),
        ("licence", "", "say under which licence"),
        ("title", "", "give it a title"),
        ("title", "?", "give it a title"),
        ("id", "Not An Id", "small letters"),
        ("scoring", "median", "choose how a score is made"),
        ("norms", "tidiness; high; ; me", "'high' is no number"),
        ("norms", "tidiness; 1.5", "must be: score; mean; standard deviation; source"),
        ("norms", "chaos; 1.5; ; me", "which no item belongs to"),
        ("bands", "tidiness; 9; high", "off its range"),
    ],
)
def test_what_is_wrong_with_the_whole_stands_beside_its_field(field: str, value: str, why: str) -> None:
    found = form(sent(**{field: value}))
    assert not found.is_good
    assert why in found.errors[field]


def test_a_refused_form_says_so_and_keeps_what_was_written(client: Client) -> None:
    answer = client.post(address("new_instrument"), sent(*changed(0, scale="", text='<b onclick="x">')))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 item cannot be saved" in page
    assert "&lt;b onclick=&quot;x&quot;&gt;" in page
    assert not Instrument.objects.exists()


def test_norms_bands_pairs_and_own_options_come_through() -> None:
    rows = [
        {**ITEMS[0], "pair": "p", "facet": "desk", "options": "2 always\n1 never"},
        {**ITEMS[1], "pair": "p"},
    ]
    found = form(
        sent(*rows, norms="tidiness; 1.5; .2; me; and you".replace(".2", "0.2"), bands="tidiness; 1; any")
    ).found
    assert found is not None
    assert found.norms == (Norm("tidiness", 1.5, 0.2, "me; and you"),)
    assert found.items[0].options == (Option(2, "always"), Option(1, "never"))
    assert (found.items[0].pair, found.facets, found.bands[0].label) == ("p", {"desk": "tidiness"}, "any")


@pytest.mark.parametrize("name", ["afterthought-30", "bfi-44", "srq-63", "bscs"])
def test_what_the_editor_shows_of_an_instrument_reads_back_as_it(name: str) -> None:
    plain = INSTRUMENTS[name]
    plain = replace(plain, items=tuple(replace(item, text=f"Sentence {item.id}.") for item in plain.items))
    shown = InstrumentForm(plain, "f")
    data: dict[str, Any] = dict(shown.fields)
    for row in shown.rows:
        for field in ("id", "text", "scale", "facet", "pair", "options"):
            data[f"item-{row.number}-{field}"] = getattr(row, field)
        if row.is_reversed:
            data[f"item-{row.number}-reversed"] = "on"
    given = QueryDict(mutable=True)
    given.update(data)
    assert InstrumentForm(plain, "f", given).found == plain


def test_a_change_is_saved_from_the_page(client: Client, project: Project) -> None:
    made = take_shipped(project=project, user=user_of(project), shipped="afterthought-30")
    url = address("edit_instrument", made.pk)
    page = client.get(url)
    was = page.context["form"].was
    answer = client.post(url, sent(was=was, title="Two items", id=made.name))
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.title, made.name, len(made.plain.items)) == ("Two items", "afterthought-30", 2)
    late = client.post(url, sent(was=was, title="Late", id=made.name))
    assert late.status_code == 422
    assert "somebody changed it meanwhile" in late.content.decode()
