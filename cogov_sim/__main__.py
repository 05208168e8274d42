"""``python -m cogov_sim`` is the command ``cogov``."""

from __future__ import annotations

import sys

from cogov_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
