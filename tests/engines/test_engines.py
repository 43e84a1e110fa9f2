"""Engines of this machine: answers in order, whatever happens to those who compute them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from stresskit.engines import Engine, Serial, Span, Threads, as_engine, engine, workers_of
from stresskit.engines.processes import Processes
from stresskit.engines.remote import REMEMBERED, Answer, do_chunk, in_order, pack
from stresskit.errors import ConfigError
from tests.engines.works import SPANS, SQUARES, Deadly, Faulty, Squares, lives


@pytest.fixture(scope="module")
def processes() -> Iterator[Engine]:
    with engine("processes", 2) as found:
        yield found


def test_answers_come_in_order(processes: Engine) -> None:
    for each in (Serial(), Threads(3), processes):
        assert isinstance(each, Engine)
        assert list(each.each(Squares(), SPANS)) == SQUARES
        assert list(each.each(Squares(), [])) == []


def test_what_a_worker_raises_is_raised(processes: Engine) -> None:
    for each in (Serial(), Threads(2), processes):
        with pytest.raises(ArithmeticError, match="beyond all numbers"):
            list(each.each(Faulty(30), SPANS))
        assert list(each.each(Squares(), SPANS)) == SQUARES


def test_who_stops_listening_waits_for_nothing(processes: Engine) -> None:
    for each in (Serial(), Threads(2), processes):
        answers = each.each(Squares(0.001), SPANS)
        assert next(answers) == SQUARES[0]
        del answers


def test_a_killed_process_is_replaced(tmp_path: Path, processes: Engine) -> None:
    left = lives(tmp_path / "lives", 2)
    assert list(processes.each(Deadly(30, left), SPANS)) == [span.first for span in SPANS]
    assert not list(left.iterdir())


def test_a_span_that_kills_all_is_given_up(tmp_path: Path) -> None:
    left = lives(tmp_path / "lives", 99)
    with Processes(1) as found, pytest.raises(ConfigError, match="processes that stay alive"):
        list(found.each(Deadly(0, left), SPANS[:1]))


def test_chunks_grow_until_they_are_worth_sending() -> None:
    """A tenth of a second at 10 ms a span: sixteen spans, and never more."""
    sent: list[int] = []

    class Now:
        def __init__(self, spans: Sequence[Span]) -> None:
            sent.append(len(spans))
            self.spans = spans

        def result(self) -> Answer:
            return Answer(0.01 * len(self.spans), list(self.spans))

    spans = [Span(i, 1) for i in range(200)]
    assert list(in_order(spans, 1, Now, lambda _: None)) == spans
    assert sent[:5] == [1, 2, 4, 8, 16]
    assert set(sent[5:-1]) == {16}


def test_a_thread_remembers_a_few_works() -> None:
    parcels = [pack(Squares(i * 1e-9)) for i in range(REMEMBERED + 1)]
    assert len({parcel.digest for parcel in parcels}) == len(parcels)
    assert {do_chunk(*parcel, SPANS[:1]).found[0][1] for parcel in parcels * 2} == {1}


def test_a_manifest_names_the_engine() -> None:
    assert workers_of(3) == {"workers": 3, "engine": "threads"}
    assert workers_of(Serial()) == {"workers": 1, "engine": "serial"}
    assert as_engine(2).workers == 2


@pytest.mark.parametrize(("kind", "expected"), [("serial", Serial), ("threads", Threads)])
def test_the_kind_that_is_asked_for(kind: str, expected: Any) -> None:
    with engine(kind, 2) as found:
        assert isinstance(found, expected)
