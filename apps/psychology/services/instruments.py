"""Instruments of a project: taken from the shipped ones, written by its people or read from a file, changed, archived.

A version that was given is never changed: what people make of it is the next version. Giving and changing both lock
the project first, so that neither happens in the middle of the other.
"""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from itertools import count

from django.db import transaction
from django.utils import timezone

from analysis.errors import UserError
from analysis.psychometrics.instrument import Instrument as Plain
from analysis.psychometrics.instrument_checks import checked
from analysis.psychometrics.instrument_files import as_json
from analysis.psychometrics.packs import pack_of, with_texts
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.accounts.models import Project, User
from apps.accounts.services import record_change
from apps.psychology.models import Instrument
from apps.psychology.queries.instruments import is_given

LAST_NUMBER = re.compile(r"(\d{1,9})$")


class InstrumentRefused(UserError):
    """An instrument that cannot be taken or changed; `field` names what of the form it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the person has ticked: that the licence allows the use, and that an unverified key is right."""

    licence: bool = False
    key: bool = False


@transaction.atomic
def take_shipped(
    *, project: Project, user: User, shipped: str, pack: bytes = b"", confirmed: Confirmed = Confirmed()
) -> Instrument:
    """A shipped instrument as one of the project's; without texts of its own it needs a pack that fits its key.

    Raises InstrumentRefused, BadInstrument or UnknownName.
    """
    key = INSTRUMENTS[shipped]
    whole = key
    if not key.has_texts:
        found = pack_of(pack, key)
        whole = with_texts(key, found.texts)
        if found.licence:
            whole = replace(whole, licence=f"{key.licence} The pack says: {found.licence}")
        if found.source:
            whole = replace(whole, source=f"{key.source} Texts: {found.source}")
    return _created(project, user, checked(whole), confirmed, made_from=shipped)


@transaction.atomic
def add_instrument(*, project: Project, user: User, plain: Plain, confirmed: Confirmed) -> Instrument:
    """One that somebody wrote or read from a file. Raises InstrumentRefused, BadInstrument."""
    if not plain.has_texts:
        bare = [item.id for item in plain.items if not item.text]
        raise InstrumentRefused(f"item {bare[0]!r} has no text", "text")
    return _created(project, user, checked(plain), confirmed)


@transaction.atomic
def change_instrument(*, instrument: Instrument, user: User, plain: Plain, was: str) -> Instrument:
    """Change it, or make its next version where it was given; `was` is the `fingerprint` that the change began from.

    Raises InstrumentRefused where somebody changed it meanwhile, BadInstrument.
    """
    Project.objects.select_for_update().get(pk=instrument.project_id)
    row = Instrument.objects.select_for_update().get(pk=instrument.pk)
    if fingerprint(row) != was:
        raise InstrumentRefused("somebody changed it meanwhile; begin again from what it is now")
    plain = checked(replace(plain, id=row.name, version=row.version))
    if as_json(plain) == row.definition:
        return row
    if not is_given(row):
        before = _in_short(row)
        _fill(row, plain)
        row.save()
        _record(row, user, "change an instrument", before=before)
        return row
    made = Instrument(project=row.project, made_from=row.made_from, created_by=user)
    for name in ("licence_confirmed_by", "licence_confirmed_at", "key_confirmed_by", "key_confirmed_at"):
        setattr(made, name, getattr(row, name))
    _fill(made, replace(plain, version=_next_version(row)))
    made.save()
    _record(made, user, "make a version of an instrument", before=_in_short(row))
    return made


@transaction.atomic
def archive_instrument(*, instrument: Instrument, user: User, is_archived: bool) -> None:
    """Put it out of sight of those who give instruments, or back; nothing of it is lost."""
    row = Instrument.objects.select_for_update().get(pk=instrument.pk)
    if row.is_archived == is_archived:
        return
    row.is_archived = is_archived
    row.save(update_fields=["is_archived"])
    _record(row, user, "archive an instrument" if is_archived else "bring back an instrument")


def fingerprint(instrument: Instrument) -> str:
    """Of what is in it: another one, where anything was changed."""
    told = json.dumps([instrument.version, instrument.definition], sort_keys=True).encode()
    return hashlib.sha256(told).hexdigest()[:32]


def _created(project: Project, user: User, plain: Plain, confirmed: Confirmed, made_from: str = "") -> Instrument:
    is_ours = bool(made_from) and INSTRUMENTS[made_from].has_texts
    if not (confirmed.licence or is_ours):
        raise InstrumentRefused("confirm that its licence allows what you do with it", "licence_confirmed")
    if not (confirmed.key or plain.is_verified):
        raise InstrumentRefused("confirm that you held the key against your own copy", "key_confirmed")
    if Instrument.objects.filter(project=project, name=plain.id, version=plain.version).exists():
        raise InstrumentRefused(f"{plain.id} {plain.version} is among the project's instruments already", "id")
    row = Instrument(project=project, made_from=made_from, created_by=user)
    row.licence_confirmed_by, row.licence_confirmed_at = user, timezone.now()
    if not plain.is_verified:
        row.key_confirmed_by, row.key_confirmed_at = user, timezone.now()
    _fill(row, plain)
    row.save()
    _record(row, user, "add an instrument")
    return row


def _fill(row: Instrument, plain: Plain) -> None:
    row.name, row.version = plain.id, plain.version
    row.title, row.licence = plain.title or plain.id, plain.licence
    row.definition = as_json(plain)


def _next_version(row: Instrument) -> str:
    """The first one after it that is not there: 1, 2; 1.3, 1.4; draft, draft.2.

    Its length is kept to what the column takes.
    """
    found = LAST_NUMBER.search(row.version)
    stem, first = (row.version[: found.start()], int(found[1]) + 1) if found else (f"{row.version[:30]}.", 2)
    taken = set(Instrument.objects.filter(project=row.project, name=row.name).values_list("version", flat=True))
    return next(version for n in count(first) if (version := f"{stem}{n}"[-40:]) not in taken)


def _in_short(row: Instrument) -> dict[str, object]:
    return {"version": row.version, "title": row.title, "items": len(row.definition.get("items", []))}


def _record(row: Instrument, user: User, verb: str, before: object = None) -> None:
    record_change(
        project=row.project,
        actor=user,
        verb=verb,
        target=f"instrument:{row.pk}",
        label=f"{row.title} {row.version}",
        before=before,
        after=_in_short(row),
    )
