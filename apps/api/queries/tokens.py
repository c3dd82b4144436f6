"""Finds tokens by their secret and by their owner. Writes nothing."""

import hashlib

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.api.models import Token


def hash_of(secret: str) -> str:
    """A plain SHA-256 is right here: the secret is 32 random bytes, which nobody can guess through."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def tokens_of(user: User) -> QuerySet[Token]:
    return Token.objects.filter(owner=user).select_related("project").order_by("-pk")


def with_secret(secret: str) -> QuerySet[Token]:
    return Token.objects.filter(sha256=hash_of(secret), owner__is_active=True, withdrawn_at=None)
