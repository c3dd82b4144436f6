"""Exports: the tables that there are, what their columns mean, and a table as a file."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponseBase
from ninja import Query, Router

from apps.accounts.permissions import Act
from apps.api.errors import Refused
from apps.api.gate import ApiRequest, allows
from apps.api.paging import Page, Paging, page_of_known
from apps.api.schemas.exports import DictionaryOut, ExportIn, TableOut
from apps.api.scopes import SCOPE_OF
from apps.core.tables.formats import FORMATS, get_format
from apps.reports.exports.table import TABLES
from apps.reports.exports.wanted import Wanted
from apps.traces.exports.base import Table
from apps.traces.views.exports import attachment

router = Router(tags=["exports"])
TABLE = "/projects/{project}/tables/{table}"
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILES = {"responses": {200: {"content": {
    **{each.content_type.partition(";")[0]: BINARY for each in FORMATS.values()}, "application/zip": BINARY,
}}}}  # fmt: skip


@router.get("/projects/{project}/tables", auth=allows(Act.VIEW), response=Page[TableOut])
def list_tables(request: ApiRequest, project: str, paging: Query[Paging]) -> Page[TableOut]:
    """The tables that the token may export."""
    tables = [(name, TABLES[name]) for name in TABLES]
    return page_of_known(request, [TableOut.of(name, each) for name, each in tables if allowed(request, each)], paging)


@router.get(f"{TABLE}/dictionary", auth=allows(Act.VIEW), response=DictionaryOut)
def get_dictionary(request: ApiRequest, project: str, table: str) -> DictionaryOut:
    """What each column of a table is."""
    return DictionaryOut(**wanted_of(request, table, {}).dictionary())


@router.get(TABLE, auth=allows(Act.VIEW), response={200: Any}, openapi_extra=FILES)
def export_table(request: ApiRequest, project: str, table: str, asked: Query[ExportIn]) -> HttpResponseBase:
    """A table as a file, written while it is read: CSV, JSONL or Parquet, or a ZIP with its dictionary."""
    wanted, form = wanted_of(request, table, asked.given(), asked.only), get_format(asked.format)
    if asked.dictionary:
        return attachment(wanted.zipped(asked.format), "application/zip", wanted.file_name, "zip")
    parts = wanted.parts(asked.format)
    return attachment(parts, form.content_type, wanted.file_name, form.suffix.removeprefix("."))


def wanted_of(request: ApiRequest, name: str, given: Mapping[str, str], only: str = "") -> Wanted:
    """Raises Http404 for no table, Refused (403) for one that the token may not have, UserError for what it cannot
    be asked."""
    if name not in TABLES:
        raise Http404(f"no table {name[:60]!r}; /tables lists them")
    table = TABLES[name]
    scope = SCOPE_OF[table.act]
    if scope not in request.token.scopes:
        raise Refused(403, f"this token lacks the scope {scope.value!r}", code="scope_missing")
    if not allowed(request, table):
        raise Refused(403, f"as {request.membership.role} of this project you may not {table.act} here")
    return Wanted.parse(request.project, name, given, [only])


def allowed(request: ApiRequest, table: Table) -> bool:
    return table.act in request.acts and SCOPE_OF[table.act] in request.token.scopes
