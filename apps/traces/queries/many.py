"""Many ids in one statement, as one parameter: SQLite takes at most 32,766 of them. Knows no table."""

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL


def among(lookup: str, ids: Iterable[int]) -> Q:
    """That a column holds one of the ids."""
    if connection.vendor == "sqlite":
        return Q(**{f"{lookup}__in": RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])})
    return Q(**{f"{lookup}__in": RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])})
