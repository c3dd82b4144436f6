"""Instruments of a project; what one holds is `analysis.psychometrics.instrument`."""

from django.db import models

from analysis.psychometrics.instrument import Instrument as Plain
from analysis.psychometrics.instrument_checks import BadInstrument
from analysis.psychometrics.instrument_files import instrument_of
from apps.accounts.models import Project, User


class Instrument(models.Model):
    """A questionnaire at one version. One that was given is never changed: a change makes the next version.

    `definition` is the instrument as JSON, texts and all; `made_from` names the shipped one that its key is of. Who
    confirmed that its licence allows the use, and that a key which nobody verified is right, is kept with the time.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="instruments")
    name = models.CharField(max_length=100)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    licence = models.TextField()
    definition = models.JSONField(default=dict)
    made_from = models.CharField(max_length=100, blank=True)
    licence_confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    licence_confirmed_at = models.DateTimeField(null=True)
    key_confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    key_confirmed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "version"], name="one_instrument_per_version")
        ]
        ordering = ["name", "-id"]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def plain(self) -> Plain:
        """What is in it, as plain types."""
        return instrument_of(self.definition)

    @property
    def hindrance(self) -> str:
        """Why it may not be given yet; empty where it may. Raises BadInstrument for a definition that is none."""
        plain = self.plain
        if not plain.has_texts:
            return "some items have no text"
        if self.licence_confirmed_at is None:
            return "nobody confirmed that its licence allows the use"
        if not plain.is_verified and self.key_confirmed_at is None:
            return "nobody confirmed its key, which was not held against a primary source"
        return "it is archived" if self.is_archived else ""

    @property
    def is_ready(self) -> bool:
        """Whether it may be given; not where its definition cannot be read."""
        try:
            return not self.hindrance
        except BadInstrument:
            return False

    @property
    def problem_set(self) -> str:
        """The name of the problem set that its items are in once it was given."""
        return f"{self.name} {self.version}"
