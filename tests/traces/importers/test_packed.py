"""A rollout in plain values: texts hashed, counted and compressed; what rollouts share packed once."""

from hashlib import sha256

import zstandard

from analysis.types import Problem, Role, Turn
from apps.traces.importers.packed import Packer, compressed, compressor, pack
from tests.traces import build

LONG = "é\u2028\U0001d7d9 " * 200


def test_a_text_is_packed_with_its_hash_and_its_characters_and_comes_back() -> None:
    for text in ("", "short", LONG):
        packed = pack(build.rollout(turns=(Turn(Role.ASSISTANT, text, is_attempt=True),)))
        assert packed.turns[0].text is not None
        digest, n_chars, body = packed.turns[0].text
        content = zstandard.ZstdDecompressor().decompress(body)
        assert (content.decode(), n_chars, digest) == (text, len(text), sha256(text.encode()).digest())
        assert packed.n_chars == len(text)


def test_absent_text_stays_absent() -> None:
    packed = pack(build.rollout(turns=(Turn(Role.ASSISTANT, is_attempt=True, correct=True),)))
    assert (packed.turns[0].text, packed.turns[0].correct, packed.n_chars) == (None, True, 0)


def test_a_prompt_and_a_short_answer_that_rollouts_share_are_packed_once() -> None:
    prompt, packer = Turn(Role.USER, LONG), Packer()
    reads = [build.rollout(str(n), turns=(prompt, Turn(Role.ASSISTANT, "four", is_attempt=True))) for n in (1, 2)]
    one, two = (packer.pack(read) for read in reads)
    assert one.turns[0] is two.turns[0]
    assert one.turns[1].text is two.turns[1].text


def test_problems_that_are_equal_but_not_the_same_object_are_packed_alike() -> None:
    packer = Packer()
    one, two = (packer.pack(build.rollout(problem=Problem("What is 2 + 2?", ("4",), key="p1"))) for _ in range(2))
    assert one.problem == two.problem


def test_without_time_only_long_attempts_wait_to_be_compressed() -> None:
    turns = (Turn(Role.USER, LONG), Turn(Role.ASSISTANT, "four", is_attempt=True))
    rollout = build.rollout(turns=(*turns, Turn(Role.ASSISTANT, LONG, is_attempt=True)))
    at_once, later = Packer().pack(rollout), Packer(lambda: False).pack(rollout)
    assert later.turns[:2] == at_once.turns[:2]
    waiting = later.turns[2].text
    assert waiting == (sha256(LONG.encode()).digest(), len(LONG), LONG.encode())
    assert compressed(waiting, compressor()) == at_once.turns[2].text


def test_what_is_compressed_stays_and_text_that_looks_alike_is_compressed() -> None:
    compress = compressor()
    alike = zstandard.FRAME_HEADER.decode("latin-1").encode()
    digest, n_chars, body = compressed((b"h", 4, alike), compress)
    assert (digest, n_chars, zstandard.ZstdDecompressor().decompress(body)) == (b"h", 4, alike)
    assert compressed((digest, n_chars, body), compress) == (digest, n_chars, body)
