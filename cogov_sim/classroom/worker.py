"""A thread in which models live; it does one thing after the other, and nobody waits for it at the end."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Worker:
    """Unlike a pool's, its thread is left behind when the program ends: a month that is under way is no reason to wait."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="classroom", daemon=True).start()

    def do(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        """Do something after all that was asked for before; its result, or its error, when it is done."""
        future: Future[Any] = Future()
        self._tasks.put((future, work, args))
        return future

    def _work(self) -> None:
        while True:
            future, work, args = self._tasks.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work(*args))
            except BaseException as error:  # whoever asked is told
                future.set_exception(error)
