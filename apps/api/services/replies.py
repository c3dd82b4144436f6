"""Writes that are done once: a key claims a row, the answer is kept a day. Knows requests by their hash."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction

from apps.api.models import Reply, Token
from apps.core.jobs import database_now

KEPT = timedelta(hours=24)
LOST = timedelta(minutes=15)
"""A write that has not answered for so long was killed; nothing of it was committed, so it may be done anew."""


class Claim(NamedTuple):
    """The row of a key, and whether it is ours to do. Not ours: it is answered, at work, or was another request's."""

    reply: Reply
    is_ours: bool


def claim(*, token: Token, key: str, asked: str) -> Claim:
    """Take the key for this request (`asked` is its hash), or say who has it; replies older than a day are let go."""
    now = database_now()
    Reply.objects.filter(claimed_at__lt=now - KEPT).delete()
    with transaction.atomic():
        reply, is_new = Reply.objects.get_or_create(token=token, key=key, defaults={"asked": asked, "claimed_at": now})
    if is_new:
        return Claim(reply, True)
    lost = Reply.objects.filter(pk=reply.pk, asked=asked, status=None, claimed_at__lt=now - LOST)
    return Claim(reply, bool(lost.update(claimed_at=now)))


def keep(reply: Reply, *, status: int, body: str) -> None:
    Reply.objects.filter(pk=reply.pk).update(status=status, body=body)


def let_go(reply: Reply) -> None:
    """The write was refused or failed: the key may be used again."""
    Reply.objects.filter(pk=reply.pk, status=None).delete()
