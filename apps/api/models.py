"""Tokens, and the replies that were given to writes with an idempotency key. Knows no route."""

from datetime import datetime

from django.db import models

from apps.accounts.models import Project, User


class Token(models.Model):
    """A key to the API: of one person, for one project or (None) for all of theirs. Only its SHA-256 is kept.

    `window` and `n_in_window` count the requests of the current minute; every web process writes the same row.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    window = models.DateTimeField(null=True, blank=True)
    n_in_window = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}… of {self.owner}"

    def is_open(self, now: datetime) -> bool:
        return self.withdrawn_at is None and (self.expires_at is None or self.expires_at > now)


class Reply(models.Model):
    """What a write with an idempotency key was answered; `status` is None while it is at work."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="replies")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    claimed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_reply_per_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or 'at work'}"
