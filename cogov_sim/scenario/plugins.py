"""Packages that bring institutions: found by their entry point, and checked before anything runs.

A package announces a module in the entry-point group ``cogov_sim.institutions``; this package's own is one of them. The
module has a function ``institutions()``, which returns classes, and may have ``terms()`` (rows of ``terms.Term`` that its
institutions set) and ``month()`` (rows of ``month.Part`` that act on them).
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import Any

from cogov_sim.language import Text, UserError, asked_to_end

GROUP = "cogov_sim.institutions"
#: What can tell whether plug-ins fit, in this order. By name, as in an entry point: this layer looks up to nobody.
CHECKS = (
    "cogov_sim.institutions.base:check_plugins",
    "cogov_sim.terms:check_plugins",
    "cogov_sim.month:check_plugins",
)


@dataclass(frozen=True)
class Plugin:
    """What one module brings.

    Attributes:
        module: its name.
        package: the installed package that announced it.
        institutions: its classes.
        terms: its rows of ``terms.Term``; our own are in ``terms.TERMS``.
        parts: its rows of ``month.Part``; our own are in ``month.MONTH``.
    """

    module: str
    package: str
    institutions: tuple[Any, ...] = ()
    terms: tuple[Any, ...] = ()
    parts: tuple[Any, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether it is this package's own."""
        return self.module == GROUP

    def error(self, en: str, zh: str) -> UserError:
        """A sentence about this plug-in, which names its package."""
        return UserError(
            f"package '{self.package}', plug-in {self.module}: {en}",
            f"软件包“{self.package}”的插件 {self.module}：{zh}",
        )

    @contextmanager
    def blamed(self, what: Text) -> Iterator[None]:
        """Run a plug-in's own code: any error in it becomes one sentence, of which the error itself is the cause.

        Args:
            what: the code that runs, in both languages.
        """
        try:
            yield
        except UserError:
            raise
        except (Exception, SystemExit) as error:
            if self.ours or asked_to_end(error):
                raise
            said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{self._place(error)}"
            raise self.error(f"{what.en} failed ({said})", f"{what.zh}出错（{said}）") from error

    def _place(self, error: BaseException) -> str:
        """The innermost line of the module in which an error arose, if any."""
        inside = self.module.partition(":")[0].split(".")
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            path = frame.filename.replace("\\", "/").removesuffix(".py").split("/")
            if inside in (path[-len(inside) :], path[-len(inside) - 1 : -1]):
                return f", {path[-1]}.py, line {frame.lineno}"
        return ""


@cache
def plugins() -> tuple[Plugin, ...]:
    """Every plug-in there is, ours first, then by the name of the module.

    Raises:
        UserError: this package is not installed, or a plug-in does not load or does not fit.
    """
    packages = {entry.value: entry for entry in entry_points(group=GROUP)}  # one announced twice counts once
    if GROUP not in packages:
        raise UserError(
            "cogov_sim is not installed in this Python; run 'pip install -e .' in its folder",
            "本 Python 环境中未安装 cogov_sim；请在其目录下运行 pip install -e .",
        )
    found = tuple(_loaded(packages[value]) for value in sorted(packages, key=lambda value: (value != GROUP, value)))
    for count, plugin in enumerate(found, start=1):
        if not plugin.ours:
            with plugin.blamed(Text("checking it", "检查时")):
                for check in CHECKS:
                    resolve_name(check)(found[:count])
    return found


def plugins_of(institutions: Iterable[str]) -> tuple[Plugin, ...]:
    """The plug-ins that bring at least one of these institutions."""
    wanted = set(institutions)
    return tuple(one for one in plugins() if wanted & {institution.id for institution in one.institutions})


@cache
def plugin_of(institution: str) -> Plugin:
    """The plug-in that brings an institution; ours for one that nobody announced."""
    return next(iter(plugins_of([institution])), plugins()[0])


def _loaded(entry: EntryPoint) -> Plugin:
    plugin = Plugin(entry.value, entry.dist.name if entry.dist else entry.name)
    if not re.fullmatch(r"\w+(\.\w+)*", entry.value):
        raise plugin.error(
            f"the entry point names '{entry.value}', which is no module", f"入口点所指的“{entry.value}”不是模块名"
        )
    with plugin.blamed(Text("importing it", "导入时")):
        module = entry.load()
    if not callable(getattr(module, "institutions", None)):
        raise plugin.error(
            "it has no function institutions() that returns its classes", "缺少返回制度类的函数 institutions()"
        )
    institutions, terms, parts = (_rows(plugin, module, hook) for hook in ("institutions", "terms", "month"))
    return replace(plugin, institutions=institutions, terms=terms, parts=parts)


def _rows(plugin: Plugin, module: Any, hook: str) -> tuple[Any, ...]:
    function = getattr(module, hook, None)
    if function is None:
        return ()
    with plugin.blamed(Text(f"{hook}()", f"{hook}() 运行")):
        return tuple(function())
