"""What all tests share: examples that are the same on every machine, and kernels compiled before the clock runs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "cogov", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("cogov")


@pytest.fixture(scope="session")
def compiled() -> None:
    """Kernels compiled (about 20 s on the first run after a change), so that no test pays for them."""
    from worlds import run

    run("co_governance", months=2)
