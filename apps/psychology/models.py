"""Questionnaires and their givings. No page uses them yet."""

from django.db import models

from apps.accounts.models import Project
from apps.traces.models import Condition, LanguageModel, Rollout


class Instrument(models.Model):
    """A questionnaire at one version; its items, keys and scale are its definition."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="instruments")
    name = models.CharField(max_length=100)
    version = models.CharField(max_length=40)
    licence = models.CharField(max_length=200)
    scale = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "version"], name="one_instrument_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Item(models.Model):
    """One question of an instrument, with the direction that it is keyed in."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    facet = models.CharField(max_length=80)
    is_reversed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "key"], name="one_item_per_key")]

    def __str__(self) -> str:
        return self.key


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
