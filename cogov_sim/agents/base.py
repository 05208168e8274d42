"""The base of all agents: a Mesa agent whose number is counted by its own model."""

from __future__ import annotations

from typing import Any

import mesa


class _Numbers:
    """Counts the agents of one model from 1."""

    def __init__(self) -> None:
        self.last = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last


class _CountersOfModels:
    """Looks like Mesa 3.3's ``Agent._ids``, a table from models to counters, but leaves each counter with its model.

    Mesa's own table is a class attribute that keeps every model ever made alive; Mesa 3.5 and later have no such table.
    """

    def __getitem__(self, model: Any) -> _Numbers:
        if not hasattr(model, "_agent_numbers"):
            model._agent_numbers = _Numbers()
        numbers: _Numbers = model._agent_numbers
        return numbers


class Body(mesa.Agent):
    """An organisation, an enterprise or a government body."""

    _ids = _CountersOfModels()
