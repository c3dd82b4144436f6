"""The embedded broker: a message is there whole or not at all, and a cut one is passed over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from apps.core.broker import Transport

SENT = {"id": "1", "text": "é"}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Connection]:
    (tmp_path / "control").mkdir()
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": tmp_path / "control",
    }
    with Connection(transport="apps.core.broker:Transport", transport_options=options) as connection:
        Transport.global_state.clear()  # of the test before, in another folder
        yield connection


def test_a_message_arrives_as_it_was_sent(broker: Connection, tmp_path: Path) -> None:
    with broker.SimpleQueue("cpu") as queue:
        queue.put(SENT, serializer="json")
        assert [path.name.partition(".")[2] for path in tmp_path.glob("*.msg")] == ["cpu.msg"]
        message = queue.get(timeout=5)
        assert message.payload == SENT
        message.ack()


@pytest.mark.parametrize("content", [b"", b'{"body": "cut', b"\xff\xfe"])
def test_a_message_that_was_cut_off_is_passed_over(broker: Connection, tmp_path: Path, content: bytes) -> None:
    with broker.SimpleQueue("cpu") as queue:
        (tmp_path / "0_cut.cpu.msg").write_bytes(content)
        queue.put(SENT, serializer="json")
        message = queue.get(timeout=5)
        assert message.payload == SENT
        message.ack()


def test_a_table_of_queues_that_was_cut_off_is_written_anew(broker: Connection, tmp_path: Path) -> None:
    (tmp_path / "control" / "cpu.exchange").write_bytes(b"")
    with broker.SimpleQueue("cpu") as queue:
        queue.put(SENT, serializer="json")
        queue.get(timeout=5).ack()
