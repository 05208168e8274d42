"""Many runs: designs, the runner, the store, and what a comparison says."""

from cogov_sim.experiments.comparison import Comparison, World
from cogov_sim.experiments.failures import Failure, RunsFailed
from cogov_sim.experiments.runner import compare
from cogov_sim.experiments.store import RunKey, RunStore, check_run_folder, write_run

__all__ = [
    "Comparison", "Failure", "RunKey", "RunStore", "RunsFailed", "World", "check_run_folder", "compare", "write_run",
]  # fmt: skip
