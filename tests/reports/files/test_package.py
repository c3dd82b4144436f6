"""The archive: every figure and table, hashes that hold, formulas that no sheet runs, equal bytes."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256

from apps.reports.content import Cell, Table
from apps.reports.files.making import NO_PRINTER, files_of
from apps.reports.files.package import package_of, table_csv
from apps.reports.files.pictures import Pictures
from tests.conftest import ROOT
from tests.reports.files.contents import content_of, figure_of, full_content

WITHOUT_PANGO = """
import cffi

loaded = cffi.FFI.dlopen

def dlopen(self, name, *flags):
    if "pango" in str(name):
        raise OSError(name)
    return loaded(self, name, *flags)

cffi.FFI.dlopen = dlopen
import django

django.setup()
import apps.urls
from apps.reports.files.making import find_printer

print(find_printer())
"""


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_archive_has_every_figure_table_and_text_with_its_hash(pictures: Pictures) -> None:
    members = opened(package_of(full_content(), pictures, b"page", b"document"))
    figures = [f"figures/s2-{name}.{kind}" for name in ("drawn", "lab") for kind in ("png", "svg")]
    tables = [f"tables/s2-{name}.csv" for name in ("drawn", "lab", "none")]
    texts = ["manifest.json", "methods.md", "references.bib", "report.html", "report.pdf"]
    assert sorted(members) == sorted([*figures, *tables, *texts])
    manifest = json.loads(members.pop("manifest.json"))
    assert manifest["files"] == {name: sha256(body).hexdigest() for name, body in members.items()}
    assert (manifest["sources"][0]["sha256"], manifest["not_drawn"]) == ("ab" * 32, [])


def test_equal_contents_are_equal_archives(pictures: Pictures) -> None:
    first, second = (package_of(full_content(), pictures, b"page", b"document") for _ in range(2))
    assert first == second


def test_numbers_of_a_figure_stay_numbers_and_text_is_no_formula() -> None:
    figure = figure_of(
        lines=[["measure", "model", "estimate"], ["accuracy", '=HYPERLINK("x")', -0.5], ["gap", None, None]]
    )
    assert list(csv.reader(io.StringIO(table_csv(figure)))) == [
        ["measure", "model", "estimate"],
        ["accuracy", '\'=HYPERLINK("x")', "-0.5"],
        ["gap", "", ""],
    ]


def test_a_table_without_numbers_of_its_own_is_written_as_it_is_shown() -> None:
    rows = [[Cell("+a", is_num=False), Cell("1.0", "[0.5, 1.5]", "n=9")], [Cell("b", is_num=False), Cell("–")]]
    figure = figure_of(table=Table("", [("group", False), ("mean", True)], rows))
    assert list(csv.reader(io.StringIO(table_csv(figure)))) == [
        ["group", "mean", "mean: interval", "mean: behind it"],
        ["'+a", "1.0", "[0.5, 1.5]", "n=9"],
        ["b", "–", "", ""],
    ]


def test_methods_name_the_data_and_the_references() -> None:
    text = opened(package_of(full_content(), Pictures(), b"", b""))["methods.md"].decode()
    assert "Accuracy is a share." in text
    assert "rollouts, revision 1: 0 of 480 rollouts; candidate set rules@1" in text
    assert "1. Some (2025). First Try Matters." in text


def test_files_are_made_in_one_go_and_say_how_far_they_are() -> None:
    told: list[str] = []
    made = files_of(content_of(figure_of()), told.append)
    assert (told, made.notes) == (["drawing", "printing"], [])
    members = opened(made.package)
    assert (members["report.html"], members["report.pdf"]) == (made.html, made.pdf)


def test_without_a_printer_all_but_the_document_is_made_and_said() -> None:
    made = files_of(content_of(figure_of()), printer=lambda: None)
    assert (made.pdf, made.notes) == (None, [NO_PRINTER])
    assert "report.pdf" not in opened(made.package)
    assert made.html


def test_the_application_starts_where_pango_is_missing() -> None:
    """A process that cannot load the library, as on a machine that has Python and nothing else."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_PANGO], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["None"]), done.stderr
