"""Givings of instruments to models."""

from django.db import models

from apps.psychology.models.instruments import Instrument
from apps.traces.models import Condition, LanguageModel, Rollout


class Administration(models.Model):
    """One giving of an instrument to one model under one condition; each reply is a rollout too."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="administrations")
    model = models.ForeignKey(LanguageModel, on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField(default=0)
    replies = models.ManyToManyField(Rollout, related_name="administrations")
    given_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.instrument} to {self.model}"
