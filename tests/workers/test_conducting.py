"""Protocols and engines brought together, on protocols of a few lines and engines that break; no database."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.asking import Ask, Message, Point, Probing, Reply, Splitting
from analysis.protocols.conduct import ProtocolFailed, Result
from analysis.protocols.declared import Conducting
from analysis.types import Role
from workers.conducting import Ensemble, Outcome


class Echo:
    """Replies with the number of the ask; `breaks_at` ends the call with an error, `skips` leaves asks out."""

    def __init__(self, breaks_at: int = 0, skips: frozenset[int] = frozenset(), backwards: bool = False) -> None:
        self.breaks_at, self.skips, self.backwards = breaks_at, skips, backwards
        self.calls: list[int] = []

    def about(self) -> Mapping[str, object]:
        return {"kind": "echo"}

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        self.calls.append(len(asks))
        order = list(range(len(asks)))
        for place in reversed(order) if self.backwards else order:
            if self.breaks_at and place + 1 == self.breaks_at:
                raise MemoryError("out of memory")
            if place not in self.skips:
                yield place, Reply(asks[place].messages[-1].text.upper(), n_tokens=2, n_prompt_tokens=3)

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        for place, probing in enumerate(probings):
            yield place, [Reply(f"{point.offset}{point.suffix}", n_tokens=1) for point in probing.points]

    def close(self) -> None:
        """Nothing is held."""


def ask(text: str, role: str = "solver") -> Ask:
    return Ask((Message(Role.USER, text),), role=role)


def said(*texts: str) -> Result:
    return Result(remarks=texts)


def rounds(name: str, n: int) -> Conducting:
    """Asks one thing a round, n rounds."""
    heard = []
    for number in range(n):
        (reply,) = yield [ask(f"{name}{number}")]
        assert isinstance(reply, Reply)
        if reply.finish_reason == "error":
            raise ProtocolFailed(reply.error)
        heard.append(reply.text)
    return said(*heard)


def several(name: str, n: int) -> Conducting:
    """Asks n things at once."""
    replies = yield [ask(f"{name}{number}") for number in range(n)]
    return said(*(reply.text for reply in replies if isinstance(reply, Reply)))


def careless() -> Conducting:
    yield [ask("x")]
    raise IndexError("no such block")


def probing() -> Conducting:
    ((first, second),) = yield [Probing(ask("trace"), (Point(1, "a"), Point(2, "b")))]  # type: ignore[misc]
    return said(first.text, second.text)


def silent() -> Conducting:
    yield []
    return said("nothing asked")


def debate() -> Conducting:
    one, two = yield [ask("a"), ask("b", "critic")]
    assert isinstance(one, Reply)
    assert isinstance(two, Reply)
    return said(one.text, two.text)


def all_of(ensemble: Ensemble[str]) -> dict[str, Outcome[str]]:
    found: dict[str, Outcome[str]] = {}
    while ensemble.is_at_work:
        for outcome in ensemble.round():
            assert outcome.key not in found
            found[outcome.key] = outcome
    return found


def conducted(engine: Echo, **parts: Conducting) -> dict[str, Outcome[str]]:
    ensemble: Ensemble[str] = Ensemble({"solver": engine})
    for name, conducting in parts.items():
        ensemble.begin(name, conducting)
    return all_of(ensemble)


def remarks(outcome: Outcome[str]) -> tuple[str, ...]:
    assert outcome.result is not None, outcome.error
    return outcome.result.remarks


def test_all_that_is_open_is_asked_in_one_call_a_round() -> None:
    engine = Echo()
    found = conducted(engine, a=rounds("a", 1), b=rounds("b", 3), c=rounds("c", 2))
    assert {name: remarks(each) for name, each in found.items()} == {
        "a": ("A0",), "b": ("B0", "B1", "B2"), "c": ("C0", "C1"),
    }  # fmt: skip
    assert engine.calls == [3, 2, 1]


def test_replies_stand_in_the_order_of_the_asks_however_they_come() -> None:
    assert remarks(conducted(Echo(backwards=True), a=several("x", 3))["a"]) == ("X0", "X1", "X2")


def test_usage_adds_up_over_rounds() -> None:
    assert conducted(Echo(), a=rounds("a", 3))["a"].usage == (3, 6, 9)


def test_an_engine_that_breaks_fails_what_it_had_not_answered_and_the_others_have_ended() -> None:
    found = conducted(Echo(breaks_at=2), a=rounds("a", 1), b=rounds("b", 1), c=rounds("c", 1))
    assert remarks(found["a"]) == ("A0",)
    assert found["b"].error == found["c"].error == "the engine broke: MemoryError: out of memory"


def test_an_ask_that_an_engine_forgets_is_an_error_of_that_ask() -> None:
    found = conducted(Echo(skips=frozenset({0})), a=rounds("a", 1), b=rounds("b", 1))
    assert (found["a"].error, remarks(found["b"])) == ("no reply came", ("B0",))


def test_a_protocol_that_breaks_on_a_reply_ends_its_item_only() -> None:
    found = conducted(Echo(), a=careless(), b=rounds("b", 1))
    assert found["a"].error == "the protocol broke on a reply: IndexError: no such block"
    assert remarks(found["b"]) == ("B0",)


def test_probings_are_answered_point_by_point() -> None:
    found = conducted(Echo(), a=probing())["a"]
    assert remarks(found) == ("1a", "2b")
    assert found.usage.n_requests == 2


def test_a_protocol_that_asks_nothing_goes_on() -> None:
    assert remarks(conducted(Echo(), a=silent())["a"]) == ("nothing asked",)


def test_each_role_has_its_engine_and_an_engine_of_two_roles_is_asked_once() -> None:
    solver, critic = Echo(), Echo()
    ensemble: Ensemble[str] = Ensemble({"solver": solver, "critic": critic})
    ensemble.begin("d", debate())
    assert remarks(all_of(ensemble)["d"]) == ("A", "B")
    assert (solver.calls, critic.calls) == ([1], [1])
    both = Echo()
    ensemble = Ensemble({"solver": both, "critic": both})
    ensemble.begin("d", debate())
    assert remarks(all_of(ensemble)["d"]) == ("A", "B")
    assert both.calls == [2]


def test_a_round_that_is_stopped_leaves_the_rest_as_it_was() -> None:
    ensemble: Ensemble[str] = Ensemble({"solver": Echo()})
    for name in "abc":
        ensemble.begin(name, rounds(name, 1))
    stopped = [outcome.key for outcome in ensemble.round(lambda: True)]
    assert stopped == ["a"]
    assert sorted(all_of(ensemble)) == ["b", "c"]


class Cutting(Echo):
    """Cuts texts into pieces of three characters."""

    def token_ends(self, text: str) -> Sequence[int]:
        return [min(at + 3, len(text)) for at in range(0, len(text), 3)]


def splitting() -> Conducting:
    (reply,) = yield [Splitting("abcdefgh")]
    assert isinstance(reply, Reply)
    return said(*(token.text for token in reply.tokens))


def test_a_text_is_cut_into_the_tokens_of_an_engine_that_knows_them_and_costs_no_request() -> None:
    for engine, pieces in ((Cutting(), ("abc", "def", "gh")), (Echo(), ())):
        ensemble: Ensemble[str] = Ensemble({"solver": engine})
        ensemble.begin("a", splitting())
        (ended,) = [each for _ in range(2) for each in ensemble.round()]
        assert ended.result == said(*pieces)
        assert ended.usage.n_requests == 0
        assert engine.calls == []


def test_a_round_that_was_stopped_is_gone_on_with_where_it_was_and_nothing_is_asked_twice() -> None:
    engine = Echo()
    ensemble: Ensemble[str] = Ensemble({"solver": engine})
    ensemble.begin("a", several("x", 3))
    assert list(ensemble.round(lambda: True)) == []
    (ended,) = ensemble.round()
    assert ended.result == said("X0", "X1", "X2")
    assert (engine.calls, ended.usage.n_requests) == ([3, 2], 3)


def test_items_without_a_reply_can_be_let_go_of_and_those_that_were_begun_end() -> None:
    ensemble: Ensemble[str] = Ensemble({"solver": Echo()})
    for key in "abc":
        ensemble.begin(key, rounds(key, 2))
    assert list(ensemble.round(lambda: True)) == []
    assert ensemble.let_go_untouched() == ["b", "c"]
    assert [each.key for _ in range(2) for each in ensemble.round()] == ["a"]
    assert not ensemble.is_at_work
