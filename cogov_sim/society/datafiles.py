"""Reading the figures that ship with the package (``society/data``)."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import Any


def read_toml(name: str) -> dict[str, Any]:
    """The content of ``society/data/<name>``, a TOML file."""
    return tomllib.loads(_text(name))


def read_json(name: str) -> dict[str, Any]:
    """The content of ``society/data/<name>``, a JSON file holding one object."""
    content: dict[str, Any] = json.loads(_text(name))
    return content


def _text(name: str) -> str:
    return (files("cogov_sim.society") / "data" / name).read_text(encoding="utf-8")
