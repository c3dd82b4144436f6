"""What a rule may know of a question before anything is answered: its length and its words, hashed into few buckets.

Knows no gold and no rollout. Feature hashing: Weinberger et al. (2009), ICML.
"""

import re
import zlib
from functools import lru_cache

WORD_BUCKETS = 256
MAX_CHARS = 8_000
_WORDS = re.compile(r"[a-z]{2,}|\d+")


@lru_cache(maxsize=4096)
def word_buckets(question: str) -> tuple[int, ...]:
    """The buckets of a question's distinct words, ascending; letter case is ignored, every number is one word.

    Only the first MAX_CHARS characters are read. A question without words has none.

    >>> word_buckets("Find x. FIND 12 or 13!") == word_buckets("find or 7")
    True
    >>> word_buckets("")
    ()
    """
    words = {"0" if word.isdigit() else word for word in _WORDS.findall(question[:MAX_CHARS].lower())}
    return tuple(sorted({bucket_of(word, WORD_BUCKETS) for word in words}))


def bucket_of(text: str, n_buckets: int) -> int:
    """The bucket of a text, from 0 to n_buckets - 1, the same on every machine.

    >>> 0 <= bucket_of("level=5", 128) < 128
    True
    """
    return zlib.crc32(text.encode()) % n_buckets
