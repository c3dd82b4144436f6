"""How fast a server is asked: requests and tokens a minute, pauses after refusals. Knows no request's content."""

import random
import threading
import time
from email.utils import parsedate_to_datetime


class Bucket:
    """A steady rate without bursts: each amount begins when those before it have run off."""

    def __init__(self, per_minute: float) -> None:
        self._seconds_each = 60 / per_minute if per_minute else 0.0
        self._free_at = 0.0

    def reserve(self, amount: float, now: float) -> float:
        """Seconds to wait before this amount may begin."""
        start = max(now, self._free_at)
        self._free_at = start + amount * self._seconds_each
        return start - now

    def give_back(self, amount: float) -> None:
        """What was reserved and not used."""
        self._free_at -= amount * self._seconds_each


class Pace:
    """Waiting shared by all requests of one engine; `stop` ends every wait."""

    def __init__(self, requests_per_minute: int, tokens_per_minute: int) -> None:
        self._requests, self._tokens = Bucket(requests_per_minute), Bucket(tokens_per_minute)
        self._lock = threading.Lock()
        self._held_until = 0.0
        self._stopped = threading.Event()

    def begin(self, n_tokens: int) -> bool:
        """Wait for a request of at most so many tokens; False where the engine was stopped meanwhile."""
        now = time.monotonic()
        with self._lock:
            wait = max(self._requests.reserve(1, now), self._tokens.reserve(n_tokens, now), self._held_until - now)
        return self.pause(wait)

    def settle(self, n_reserved: int, n_used: int) -> None:
        with self._lock:
            self._tokens.give_back(max(0, n_reserved - n_used))

    def hold(self, seconds: float) -> None:
        """Nobody begins for so long: the server said so."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def pause(self, seconds: float) -> bool:
        return not (self._stopped.wait(seconds) if seconds > 0 else self._stopped.is_set())

    def stop(self) -> None:
        self._stopped.set()


def backoff(n_tried: int, first: float, most: float) -> float:
    """Seconds before the next try: doubled each time up to `most`, between half and all of it by chance."""
    whole = min(most, first * float(2 ** min(n_tried, 30)))
    return whole * (0.5 + random.random() / 2)  # noqa: S311 (spreads requests, guards nothing)


def retry_after(value: str | None, milliseconds: str | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, as seconds or as a date; None where it cannot be read.

    >>> retry_after("2"), retry_after(None, "250"), retry_after("soon"), retry_after("-1")
    (2.0, 0.25, None, None)
    """
    for text, unit in ((milliseconds, 1000), (value, 1)):
        if text is not None and text.strip().replace(".", "", 1).isdecimal() and text.isascii():
            return float(text) / unit
    if value is None:
        return None
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time())
