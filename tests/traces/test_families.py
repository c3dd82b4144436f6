"""The pages of statistics: every one opens, its settings and filters hold, its marks lead on, its words are true."""

import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.core import blobs
from apps.traces.models import Analysis, Collection, MeasureResult
from apps.traces.presenters.families import FAMILIES
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import families, measuring
from tests.traces.analysed import Shape, analysed, make_project, user_of


@pytest.fixture
def analysis(db: None) -> Analysis:
    return analysed(make_project())


@pytest.fixture
def reader(client: Client, analysis: Analysis) -> Client:
    client.force_login(user_of(analysis.collection.project, Role.VIEWER))
    return client


def address(collection: Collection, name: str, query: str = "") -> str:
    return reverse("traces:family", args=[collection.project.slug, collection.pk, name]) + query


def page_of(reader: Client, analysis: Analysis, name: str, query: str = "") -> str:
    response = reader.get(address(analysis.collection, name, query))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", list(FAMILIES))
def test_every_page_opens_and_each_of_its_figures_has_a_table_a_csv_and_a_source(
    reader: Client, analysis: Analysis, name: str
) -> None:
    page = page_of(reader, analysis, name)
    figures = page.count('<figure class="card"')
    assert figures
    assert page.count(".csv") >= figures
    assert page.count("How to read this.") == page.count("<cite>") == figures
    assert f'aria-current="page">{FAMILIES[name].label}</a>' in page


@pytest.mark.parametrize("name", list(FAMILIES))
def test_every_csv_of_a_page_can_be_fetched(reader: Client, analysis: Analysis, name: str) -> None:
    found = re.findall(r'href="([^"]*measures/[^"]*\.csv[^"]*)"', page_of(reader, analysis, name, "?model=alpha"))
    assert found
    for href in set(found):
        response = reader.get(href.replace("&amp;", "&"))
        assert response.status_code == 200, href


def test_the_first_sentence_is_that_of_the_numbers(reader: Client, analysis: Analysis) -> None:
    rows = {row.measure: row for row in measuring.measure([analysis], "self_correction")}
    delta = rows["delta"].estimate
    assert delta is not None
    page = page_of(reader, analysis, "self-correction")
    assert f"{abs(100 * delta):.1f}" in page
    assert f"over {rows['delta'].n} rollouts" in page


def test_a_cell_opens_the_rollouts_that_it_counts(reader: Client, analysis: Analysis) -> None:
    row = next(row for row in measuring.measure([analysis], "self_correction") if row.measure == "delta_ic")
    page = page_of(reader, analysis, "self-correction")
    href = next(each for each in re.findall(r'href="([^"]*)"', page) if each.endswith("?flow=ic"))
    listed = reader.get(href).content.decode()
    assert f"{row.n_events} of" in re.sub(r"<[^>]+>", "", listed)
    assert "wrong at the first attempt, right at the last" in listed


@pytest.mark.parametrize("query", ["", "?set.edge=right&set.bins=4", "?set.shown=mass", "?set.scale=percent&by=level"])
def test_a_bin_opens_the_rollouts_that_it_counts(reader: Client, analysis: Analysis, query: str) -> None:
    page = page_of(reader, analysis, "calibration", query)
    bins = re.findall(r'href="([^"]*confidence=[^"]*)"[^>]*>[^<]*</a>\s*<span[^>]*>[^<]*n=([\d ]+)', page)
    assert bins
    for href, n in bins:
        listed = reader.get(href.replace("&amp;", "&")).content.decode()
        assert f"{n} of" in re.sub(r"<[^>]+>", "", listed), href
        assert "stated confidence" in listed


def test_a_band_opens_the_rollouts_of_its_problems(reader: Client, analysis: Analysis) -> None:
    frame = measuring.features_of([analysis])
    hardest = RolloutFilter(band="hardest", model="alpha")
    n = frame.filter(hardest.expression()).height
    assert n
    href = reverse("traces:rollouts", args=[analysis.collection.project.slug, analysis.collection_id]) + hardest.query
    assert href.replace("&", "&amp;") in page_of(reader, analysis, "sampling")
    assert f"{n} of" in re.sub(r"<[^>]+>", "", reader.get(href).content.decode())


def test_groups_can_be_models_under_conditions(db: None, client: Client) -> None:
    analysis = analysed(make_project(), Shape(conditions=("temperature 0.6", "temperature 1")))
    client.force_login(user_of(analysis.collection.project, Role.VIEWER))
    page = page_of(client, analysis, "self-correction", "?by=model,condition")
    assert '<option value="model,condition" selected>' in page
    assert "alpha · temperature 0.6" in page
    href = next(each for each in re.findall(r'href="([^"]*)"', page) if "model=alpha" in each and "flow=ic" in each)
    assert "condition=temperature+1" in href or "condition=temperature+0.6" in href


def test_comparisons_are_split_by_what_problems_are_of(reader: Client, analysis: Analysis) -> None:
    page = page_of(reader, analysis, "comparison", "?by=level")
    assert "Where they differ, by level" in page
    assert "Where they differ, by problem set" in page_of(reader, analysis, "comparison")  # the first that varies
    assert "by model" not in page_of(reader, analysis, "comparison", "?by=model")
    opened = next(href for href in re.findall(r'href="([^"]*kind=[^"]*)"', page) if "level=" in href)
    assert reader.get(opened.replace("&amp;", "&")).status_code == 200


def test_a_setting_changes_what_is_counted_and_goes_along_to_the_csv(reader: Client, analysis: Analysis) -> None:
    page = page_of(reader, analysis, "self-correction", "?set.between=candidates")
    assert '<option value="candidates" selected>' in page
    assert "set.between=candidates" in next(iter(re.findall(r'href="([^"]*self_correction\.csv[^"]*)"', page)))
    place = [analysis.collection.project.slug, analysis.collection_id, "self_correction"]
    sent = reader.get(reverse("traces:measure_csv", args=place) + "?set.between=candidates")
    csv = b"".join(sent.streaming_content).decode()  # type: ignore[attr-defined]
    expected = measuring.measure([analysis], "self_correction", settings={"between": "candidates"})
    acc1 = next(row.estimate for row in expected if row.measure == "acc1")
    assert str(acc1) in csv


def test_prepared_pages_compute_nothing(reader: Client, analysis: Analysis) -> None:
    families.prepare_statistics(analysis_id=analysis.pk)
    known = set(MeasureResult.objects.values_list("key", flat=True))
    for name in FAMILIES:
        page_of(reader, analysis, name)
    assert set(MeasureResult.objects.values_list("key", flat=True)) == known


def test_features_without_attempts_say_that_they_are_older(reader: Client, analysis: Analysis) -> None:
    words = "This analysis is older than these statistics."
    assert words not in page_of(reader, analysis, "calibration")
    parquet = BytesIO()
    measuring.features_of([analysis]).drop("attempt_outcomes").write_parquet(parquet)
    analysis.features = blobs.put([parquet.getvalue()])
    analysis.save()
    assert words in page_of(reader, analysis, "calibration")


def test_statistics_of_a_deleted_analysis_are_not_prepared(analysis: Analysis) -> None:
    MeasureResult.objects.all().delete()
    families.prepare_statistics(analysis_id=analysis.pk + 1)
    assert not MeasureResult.objects.exists()


@pytest.mark.parametrize("query", ["?set.between=nonsense", "?flow=xx"])
def test_a_value_that_is_not_taken_is_named(reader: Client, analysis: Analysis, query: str) -> None:
    response = reader.get(address(analysis.collection, "self-correction", query))
    assert response.status_code == 400
    assert query.partition("=")[2] in response.content.decode()


def test_an_empty_setting_is_the_default(reader: Client, analysis: Analysis) -> None:
    sentences = [
        re.findall(r'class="finding">.*', page_of(reader, analysis, "self-correction", query))
        for query in ("?set.weight=", "")
    ]
    assert sentences[0] == sentences[1]


def test_there_is_no_page_of_another_name(reader: Client, analysis: Analysis) -> None:
    assert reader.get(address(analysis.collection, "numerology")).status_code == 404


def test_the_filter_goes_along_between_the_pages(reader: Client, analysis: Analysis) -> None:
    page = page_of(reader, analysis, "self-correction", "?model=alpha")
    assert f'{address(analysis.collection, "calibration")}?model=alpha"' in page
    assert "?model=alpha" in page.split('aria-label="Statistics"')[1].split("</nav>")[0]
