"""What people send to the pages of projects, collections and imports, checked, in the types that services take."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from apps.traces.importers.mapping import Mapping as FieldMapping
from apps.traces.importers.mapping import Rule
from apps.traces.models import Preset
from apps.traces.models.collections import GradeSource
from apps.traces.services.imports import Options

BY_HAND = "="
COLUMNS = ("row_field", "row_path", "row_text", "row_how", "row_marker", "row_was")


class ProjectForm(forms.Form):
    """A new project."""

    name = forms.CharField(max_length=120, error_messages={"required": "A project needs a name."})


class SettingsForm(forms.Form):
    """A collection's name, and whose grades count in its numbers."""

    name = forms.CharField(max_length=200, error_messages={"required": "A collection needs a name."})
    source = forms.ChoiceField(choices=GradeSource.choices, widget=forms.RadioSelect)


class PlanForm(forms.Form):
    """A planned comparison of two arms; accuracies in per cent, the difference in points."""

    accuracy = forms.FloatField(label="First accuracy, %", min_value=0.1, max_value=99.9, initial=70)
    difference = forms.FloatField(label="Difference to be seen, points", min_value=-99, max_value=99, initial=3)
    n_samples = forms.IntegerField(label="Samples of a problem", min_value=1, max_value=1000, initial=1)
    icc = forms.FloatField(
        label="Correlation within a problem (0: problems are alike, 1: always or never right)",
        min_value=0,
        max_value=1,
        initial=0.5,
    )
    correlation = forms.FloatField(
        label="Correlation of difficulty between the arms", min_value=-1, max_value=1, initial=0.8
    )
    power = forms.FloatField(label="Power, %", min_value=10, max_value=99.9, initial=80)
    n_problems = forms.IntegerField(label="Problems at hand", min_value=2, max_value=1_000_000, initial=500)


class TypedNameForm(forms.Form):
    """A deletion, confirmed by typing the name of what goes."""

    confirm = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed.strip() != self.name.strip():
            raise forms.ValidationError(f"Type the name exactly to delete: {self.name}")
        return typed


class NamedFile(NamedTuple):
    """An uploaded file, and the name with folders that it came under."""

    file: "UploadedFile[Any]"
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the mapping table as it was sent: a field, its rule (None = not used), and the rule that was shown."""

    field: str
    rule: Rule | None
    was: str

    @property
    def is_changed(self) -> bool:
        return (self.rule.short if self.rule else "") != self.was


class MappingForm:
    """The mapping table of a draft. Rows come as parallel lists, so that the form needs no script and no numbering.

    Only what differs from what was shown becomes an option: files of several shapes keep their own mappings.
    """

    def __init__(self, data: QueryDict) -> None:
        self._data = data

    def name(self, default: str) -> str:
        return self._data.get("name", default).strip()

    def options(self, before: Options, *, preset: Preset | None, shown: Callable[[], FieldMapping]) -> Options:
        """What was sent, as options; a preset or another format starts from its own mapping."""
        keep_good = "keep_good" in self._data if "has_keep_good" in self._data else before.keep_good
        wanted_format = self._data.get("format", before.format)
        if "reset" in self._data:
            return Options(keep_good=keep_good)
        if preset is not None:
            return Options(mapping=preset.mapping, set_values=preset.set_values, keep_good=keep_good)
        if wanted_format != before.format:
            return Options(format=wanted_format, set_values=before.set_values, keep_good=keep_good)
        mapping, map_values, set_values = before.mapping, dict(before.map_values), dict(before.set_values)
        changed = [row for row in self.rows() if row.is_changed]
        for row in changed:
            map_values.pop(row.field, None)
            set_values.pop(row.field, None)
            if row.rule is not None and row.rule.how == "fixed":
                set_values[row.field] = row.rule.path
            elif row.rule is not None:
                map_values[row.field] = row.rule.short
        if removed := [row.field for row in changed if row.rule is None]:
            mapping = shown().without(*removed, *map_values, *set_values).to_json()
        return Options(before.format, mapping, map_values, set_values, keep_good)

    def rows(self) -> Iterator[Row]:
        """The rows with a field's name; a row that lacks a cell is left out."""
        columns = [self._data.getlist(name) for name in COLUMNS]
        for field, path, text, how, marker, was in zip(*columns, strict=False):
            if field.strip():
                yield Row(field.strip(), _rule(path, text, how, marker), was)


def _rule(path: str, text: str, how: str, marker: str) -> Rule | None:
    by_hand = path == BY_HAND or how in {"fixed", "file name"}
    source = text.strip() if by_hand else path
    if not source:
        return None
    return Rule(source, how or "path", marker)


def named_files(data: QueryDict, files: "MultiValueDict[str, UploadedFile[Any]]") -> list[NamedFile]:
    """The files of a request with their names: `file` with `path` beside each from the script, `files` from a form."""
    scripted = files.getlist("file")
    paths = data.getlist("path")
    names = paths if len(paths) == len(scripted) else [""] * len(scripted)
    given = [*zip(scripted, names, strict=True), *((file, "") for file in files.getlist("files"))]
    return [NamedFile(file, path or file.name or "") for file, path in given]


def key_before(query: Mapping[str, str]) -> int | None:
    """The key that a page starts before; None on the first page and where it is no number."""
    given = query.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


class SavedViewForm:
    """A view's name, whether it is shared, and the list's address; `renew` takes the list as it stands now."""

    def __init__(self, data: QueryDict) -> None:
        self.name = data.get("name", "")
        self.is_shared = "is_shared" in data
        self.query = data.get("query", "")
        self.new_query = self.query if "renew" in data else None
        given = data.get("collection", "")
        self.collection = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
