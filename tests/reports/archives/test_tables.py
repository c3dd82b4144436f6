"""Nothing of a project is forgotten: every model is in the table of what travels or in that of what stays."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

from apps.accounts.models import Project, User
from apps.core.models import Blob
from apps.reports.archives.rows import LONGEST_NAME
from apps.reports.archives.tables import BY_MODEL, OUTSIDE, STAYS, TABLES, target_of
from apps.traces.models import Text, Verdict

OURS = {"core", "accounts", "traces", "runs", "annotation", "psychology", "reports", "api"}
NO_PROJECTS = {"core.Worker": "workers serve all projects", "runs.Engine": "an administrator's, named by its name"}


def every_model() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in OURS:
            yield model


def targets_of(model: type[Model]) -> set[type[Model]]:
    return {each.related_model for each in model._meta.concrete_fields if isinstance(each, ForeignKey)}


def belonging() -> set[type[Model]]:
    """What refers to a project, or to something that does, however far."""
    found: set[type[Model]] = {Project}
    while more := {model for model in every_model() if targets_of(model) & found} - found:
        found |= more
    return found


def label(model: type[Model]) -> str:
    return model._meta.label


def test_every_model_that_belongs_to_a_project_travels_or_has_a_reason_to_stay() -> None:
    placed = {label(model) for model in BY_MODEL} | set(STAYS)
    assert {label(model) for model in belonging()} - placed == set()


def test_every_other_model_of_ours_is_known_too() -> None:
    people = {model for model in every_model() if model is User or model._meta.label.startswith("accounts.User_")}
    others = {label(model) for model in set(every_model()) - belonging() - people} - set(NO_PROJECTS)
    assert others == {label(model) for model in (Text, Verdict, Blob)} | {"traces.SearchBlock", "traces.UnusedText"}
    assert others <= {label(model) for model in BY_MODEL} | set(STAYS)


def test_no_model_both_travels_and_stays_and_every_one_that_stays_exists() -> None:
    assert not {label(model) for model in BY_MODEL} & set(STAYS)
    assert {*STAYS} <= {label(model) for model in every_model()}


def test_every_column_that_stays_exists_and_has_a_value_to_take() -> None:
    for table in TABLES:
        for name, reason in table.stays.items():
            (column,) = [each for each in table.model._meta.concrete_fields if each.name == name]
            assert reason
            assert column.null or column.has_default() or column.blank, (table.name, name)


def test_rows_refer_to_tables_before_them_or_to_what_is_named() -> None:
    seen: set[object] = {None, Blob, *OUTSIDE}
    for table in TABLES:
        assert {target_of(column) for column in table.columns} - {table.model} <= seen, table.name
        seen.add(table.model)
    assert set(LONGEST_NAME) == set(OUTSIDE)


def test_links_within_a_table_may_be_empty_until_all_its_rows_are_there() -> None:
    assert {table.name: [each.name for each in table.links] for table in TABLES if table.links} == {
        "problems": ["merged_into"],
        "rollouts": ["parent"],
        "labels": ["first", "other"],
    }
    assert all(column.null for table in TABLES for column in table.links)


def test_every_json_column_has_a_shape() -> None:
    for table in TABLES:
        json = {each.name for each in table.columns if each.get_internal_type() == "JSONField"}
        assert json == set(table.shapes), table.name
