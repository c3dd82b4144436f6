"""Rows past the ORM: none is lost between statements."""

import pytest
from django.db import IntegrityError, transaction

from apps.core.bulk import MOST_VALUES, insert_rows
from apps.traces.models import Text

pytestmark = pytest.mark.django_db
COLUMNS = ("hash", "n_chars", "body")


def rows(n: int) -> list[tuple[bytes, int, bytes]]:
    return [(number.to_bytes(32, "big"), number, b"body") for number in range(n)]


@pytest.mark.parametrize("n", [0, 1, 333, 334, 666, 700])
def test_rows_that_fill_statements_and_those_left_over_are_stored_in_order(n: int) -> None:
    assert MOST_VALUES // len(COLUMNS) == 333  # rows of three values in one statement
    insert_rows(Text, COLUMNS, rows(n))
    assert list(Text.objects.order_by("pk").values_list("n_chars", flat=True)) == list(range(n))


def test_a_row_that_clashes_takes_back_those_before_it() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Text, COLUMNS, [*rows(400), rows(1)[0]])
    assert not Text.objects.exists()
