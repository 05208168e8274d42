"""Ctrl-C and the request to end while runs are spread over processes: acted on between runs, and nowhere else."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from types import FrameType
from typing import Any

#: The signals that end a comparison.
_ENDING = (signal.SIGINT, signal.SIGTERM)


class Arrivals:
    """What comes to the main thread while it waits: results, and signals, which are kept until they can be acted on.

    Raised wherever it arrives, as Python does, a KeyboardInterrupt can hit a lock that is half taken and ends in a
    RuntimeError. Where nothing handles a signal in Python, or in another thread than the main one, all stays as it is.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Any] = SimpleQueue()  # its ``put`` may be called by a handler of signals
        self._signals: list[tuple[int, FrameType | None]] = []
        self._handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}

    def put(self, item: Any) -> None:
        """Hand something but None to the main thread; may be called by any thread."""
        self._queue.put(item)

    def get(self) -> Any:
        """Wait for the next thing put; what a signal asked for comes before everything that waits."""
        item = None
        while item is None:
            self.act()
            item = self._queue.get()
        return item

    def act(self) -> None:
        """Do what a signal that arrived asks for, which most often raises."""
        while self._signals:
            number, frame = self._signals.pop()
            self._handlers[number](number, frame)

    def _keep(self, number: int, frame: FrameType | None) -> None:
        self._signals.append((number, frame))
        self._queue.put(None)  # wakes who waits

    @contextlib.contextmanager
    def signals_kept(self) -> Iterator[None]:
        """Within it signals are kept; one that is left over at the end is acted on then, unless an error ends it.

        So whoever asks again while the processes are put away, which takes seconds at most, changes nothing.
        """
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: handler for number in _ENDING if callable(handler := signal.getsignal(number))}
        try:
            for number in self._handlers:
                signal.signal(number, self._keep)
            yield
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
        self.act()
