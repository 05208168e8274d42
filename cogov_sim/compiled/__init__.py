"""Compiled kernels: declared once, compiled side by side when they are first needed, and never stale.

``kernel`` declares one; ``types`` has the words for what it takes, ``kept`` the directory where it lies, and ``first_use``
compiles whatever is not there.
"""

from cogov_sim.compiled.first_use import prepare
from cogov_sim.compiled.kept import digest
from cogov_sim.compiled.kernels import KERNELS, Kernel, kernel

__all__ = ["KERNELS", "Kernel", "digest", "kernel", "prepare"]
