"""Celery's filesystem transport made safe on a full disk: messages appear whole, and one that is cut wakes nobody.

As kombu ships it, a reader can take a file between its making and its writing, and a message that is no JSON ends the
worker. A message lost is no harm here: jobs are rows, and the sweep wakes them again.
"""

import json
import logging
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Messages as files that are renamed into place."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000):015}_{uuid4()}.{queue}.msg"
        incoming = folder / f"incoming_{name}.part"
        try:
            incoming.write_bytes(json.dumps(payload).encode())
            incoming.replace(folder / name)
        except OSError as error:
            raise ChannelError(f"cannot write a message to {folder}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError:
            logger.warning("a message that was cut off is left out; the sweep sends another")
            return self._get(queue)

    def _queue_bind(self, exchange: str, *names: Any) -> None:
        table = self._exchange_file(exchange)  # type: ignore[attr-defined]
        try:
            json.loads(table.read_bytes())
        except FileNotFoundError:
            logger.debug("the first queue of exchange %s", exchange)
        except ValueError:
            table.unlink(missing_ok=True)
        super()._queue_bind(exchange, *names)


class Transport(filesystem.Transport):
    """What settings name as the broker's transport where there is no server."""

    Channel = Channel
