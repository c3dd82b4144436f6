"""Components that templates share: marks of legends, chips of grades and transitions. Knows words, no rows."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

register = template.Library()

GRADES = {
    "correct": ("ok", "✓"),
    "incorrect": ("no", "✗"),
    "no_gold": ("nogold", "–"),
}
UNREAD = ("unread", "?")
TRANSITIONS = {"tt": "T→T", "ffs": "F→F same", "ffd": "F→F different", "tf": "T→F", "ft": "F→T"}


@register.filter
def ago(at: datetime | None) -> str:
    """How long ago that was: `3 hours, 2 minutes ago`; of the last minute `just now`."""
    if at is None:
        return "–"
    return "just now" if timezone.now() - at < timedelta(minutes=1) else f"{timesince(at)} ago"


@register.simple_tag
def legend_mark(kind: str, letters: str) -> SafeString:
    """The mark before a legend's words: a transition's letters, a shape, or a swatch of a bar's colour."""
    if kind in TRANSITIONS:
        return format_html('<span class="tr {}">{}</span>', kind, letters)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', kind, letters)


@register.simple_tag
def grade_chip(outcome: str) -> SafeString:
    """A grade as glyph and word; the empty outcome is a dash."""
    if not outcome:
        return format_html('<span class="muted">{}</span>', "–")
    look, glyph = GRADES.get(outcome, UNREAD)
    return format_html('<span class="chip {}"><b>{}</b> {}</span>', look, glyph, outcome.replace("_", " "))


@register.simple_tag
def transition_chip(kind: str, n: int = 1) -> SafeString:
    """A transition's letters, with the number where it is more than one."""
    times = f" ×{n}" if n > 1 else ""
    return format_html('<span class="tr {}">{}{}</span>', kind, TRANSITIONS[kind], times)
