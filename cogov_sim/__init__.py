"""cogov_sim: one society, two ways of governing it.

``CoGovModel`` is the model, ``Scenario`` says what world it simulates, ``compare`` runs several worlds on the same seeds.
They are imported on first use, so that ``cogov --help`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cogov_sim.experiments import compare
    from cogov_sim.model import CoGovModel
    from cogov_sim.scenario import Scenario

__version__ = "0.1.0"
__all__ = ["CoGovModel", "Scenario", "__version__", "compare"]

_HOMES = {"CoGovModel": "cogov_sim.model", "Scenario": "cogov_sim.scenario", "compare": "cogov_sim.experiments"}


def __getattr__(name: str) -> Any:
    """Import the three public names on first use; AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cogov_sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
