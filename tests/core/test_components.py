"""What templates share."""

from datetime import timedelta

from django.utils import timezone

from apps.core.templatetags.components import ago


def test_how_long_ago_a_thing_was_is_said_in_whole_minutes_and_the_last_minute_is_just_now() -> None:
    now = timezone.now()
    assert ago(now - timedelta(seconds=59)) == "just now"
    assert ago(now - timedelta(hours=3, minutes=2, seconds=5)) == "3\xa0hours, 2\xa0minutes ago"
    assert ago(None) == "–"
