"""All measures: what they are (``definitions``) and how they are computed (``compute``)."""

from __future__ import annotations

from cogov_sim.measures.definitions import BY_NAME, HEADLINE, MEASURES, Measure

__all__ = ["BY_NAME", "HEADLINE", "MEASURES", "Measure"]
