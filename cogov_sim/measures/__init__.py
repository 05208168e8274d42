"""All measures: words and formula in one row (``definitions``), the sums they are made from (``sums``), taking them (``compute``)."""

from __future__ import annotations

from cogov_sim.measures.definitions import BY_NAME, HEADLINE, MEASURES, Measure

__all__ = ["BY_NAME", "HEADLINE", "MEASURES", "Measure"]
