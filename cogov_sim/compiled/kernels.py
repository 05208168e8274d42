"""What a kernel is: a function, what it takes, and the machine code made of both."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from operator import attrgetter
from typing import Any

import numba
from numba.extending import typeof_impl

from cogov_sim.compiled import types
from cogov_sim.compiled.kept import Kept, is_kept, mentioned

KERNELS: dict[str, Kernel] = {}
"""Every kernel of the package that has been imported, by module and name."""
_PACKAGE = __name__.partition(".")[0]


def kernel(function: Callable[..., Any] | None = None, *, inline: bool = False) -> Any:
    """Compile a function with numba when it is first needed, and keep what was compiled; a decorator.

    Args:
        function: the function; its annotations say what it takes (``compiled.types``).
        inline: write it into whichever kernel calls it.
    """
    if function is None:
        return lambda f: kernel(f, inline=inline)
    if inline:
        written = numba.njit(nogil=True, inline="always")(function)
        written._cache = Kept(function)
        return written
    made = Kernel(function)
    if made.__module__.partition(".")[0] == _PACKAGE:
        KERNELS[made.name] = made
    return made


class Kernel:
    """A compiled function that Python and other kernels call.

    Attributes:
        py_func: the function as it was written.
        dispatcher: what numba makes of it.
        name: module and name.
    """

    __module__: str

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.dispatcher = numba.njit(nogil=True)(function)
        self.dispatcher._cache = Kept(function)
        self._call: Callable[..., Any] = self._first_call

    def __call__(self, *args: Any) -> Any:
        """Run it; of a table it gets the columns that it names."""
        return self._call(*args)

    def _first_call(self, *args: Any) -> Any:
        from cogov_sim.compiled.first_use import ensure  # noqa: PLC0415 - needs this module

        if self.name in KERNELS:
            ensure(self)
        cuts = [_cut(table, self.mentioned) for table in types.tables(self.py_func)]
        dispatcher = self.dispatcher
        if any(cuts) and not self._plain:
            self._call = lambda *args: dispatcher(
                *[cut(arg) if cut else arg for cut, arg in zip(cuts, args, strict=True)]
            )
        else:
            self._call = dispatcher
        return self._call(*args)

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """All names in its code and in that of the kernels that it calls."""
        return mentioned(self.py_func)

    @cached_property
    def signature(self) -> Any:
        """The numba types of what it takes; None where its annotations leave that open."""
        return types.signature(self.py_func, self.mentioned)

    @property
    def _plain(self) -> bool:
        """Whether numba left the function as it is (``NUMBA_DISABLE_JIT``)."""
        return self.dispatcher is self.py_func

    @property
    def there(self) -> bool:
        """Whether it need not be compiled: it is kept on disk, was compiled here, or numba is switched off."""
        if self._plain:
            return True
        return self.signature in self.dispatcher.overloads or is_kept(self.dispatcher, self.signature)

    def compile(self) -> None:
        """Compile it for what it takes, and keep it; nothing if that was done before."""
        self.dispatcher.compile(self.signature)

    def __getattr__(self, name: str) -> Any:
        """Whatever else numba says of it."""
        if name == "dispatcher" or name in vars(type(self)):  # one of its own that ended in an error
            raise AttributeError(name)
        return getattr(self.dispatcher, name)

    def __reduce__(self) -> str:
        return self.__qualname__


def _cut(table: Any, names: frozenset[str]) -> Callable[[Any], Any] | None:
    """What takes from a table the columns among ``names``."""
    if table is None:
        return None
    made = types.part(table, names)
    if len(made._fields) < 2:
        return lambda whole: made(*[getattr(whole, field) for field in made._fields])
    take, make = attrgetter(*made._fields), made._make
    return lambda whole: make(take(whole))


@typeof_impl.register(Kernel)
def _typeof_kernel(value: Kernel, context: Any) -> Any:
    """Kernels call a kernel as they call any compiled function."""
    return typeof_impl(value.dispatcher, context)
