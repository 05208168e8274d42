"""What a run was made by: the model's code, the plug-ins in use, what does one run; and the versions of libraries.

Code counts, its words do not: comments, docstrings and layout may change, and runs stay what they are. So do the parts
of the package that only run, ask or show. Versions of libraries are no part of it: they are kept beside the results and
said where they differ. The model's own tests hold its numbers equal over all versions that it allows; were each new numpy
another origin, an update would throw away a night's work for nothing, and the user would have no say in it.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import pickle
import platform
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from cogov_sim.scenario.plugins import plugins_of

_PACKAGE = Path(__file__).parent
_OURS = _PACKAGE.name
#: Parts of the package that run, ask, show or keep: no number of a run comes from them.
_OUTSIDE = {"experiments", "report", "commands", "classroom", "cli", "usage", "language", "terminal", "inputs", "limits",
            "origin", "checkpoint", "state", "__main__"}  # fmt: skip
_BEGUN = time.time()
_CODE = {".py", ".so", ".pyd"}
_KEPT = "__pycache__"  # what lies there follows from the code, and changes when it is first run
_DATA = {".toml", ".json", ".csv"}


def versions() -> dict[str, str]:
    """Versions of everything a result may depend on."""
    found = {"python": platform.python_version()}
    for package in ("cogov-sim", "mesa", "numpy", "numba", "scipy", "networkx", "pandas", "pyarrow"):
        try:
            found[package.replace("-", "_")] = version(package)
        except PackageNotFoundError:
            found[package.replace("-", "_")] = "not installed"
    return found


@cache
def model_code() -> str:
    """A short hash of the model with all its own institutions: every module that it imports, and the data beside them."""
    return _short(_ours("model", "institutions"))


def run_code(scenario: Any, simulate: Callable[..., Any] | None = None) -> str:
    """A short hash of all code that a run depends on: the model, the plug-ins that the scenario uses, and ``simulate``.

    Args:
        scenario: what is simulated.
        simulate: what does one run; a function, also with bound arguments, of whatever origin. None: the model alone.
    """
    return code_of(sorted(scenario.ever), simulate)


def code_of(institutions: Iterable[str], simulate: Callable[..., Any] | None = None) -> str:
    """The same of a run in which there are these institutions."""
    brought = [plugin for plugin in plugins_of(institutions) if not plugin.ours]
    tops = {_top(one) for plugin in brought for one in plugin.institutions}
    tops |= {plugin.module.partition(":")[0].partition(".")[0] for plugin in brought}
    found = [model_code(), *(word for top in sorted(tops - {_OURS}) for word in _theirs(top, None))]
    found += [word for plugin in brought for word in _distribution(plugin.package)]
    if (top := _top(simulate)) != _OURS:
        found += _theirs(top)  # also where it is installed
    loaded = [(one.institutions, [part.act for part in one.parts], one.terms) for one in brought]
    return _short([*found, *_words([simulate, *loaded], {})])


def _top(thing: Any) -> str:
    """The top-level package or module that a class, a function or a callable object is from."""
    while isinstance(thing, partial):
        thing = thing.func
    return str(getattr(thing, "__module__", None) or type(thing).__module__).partition(".")[0]


def _short(words: Iterable[str]) -> str:
    text = "".join(f"{len(word)} {word}" for word in words)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# ---------------------------------------------------------------- files


def _read(path: Path) -> tuple[str, frozenset[str]]:
    """A hash of a source file's code (of other files, of all bytes), and full names of what it imports.

    Of ``from a import b`` both ``a`` and ``a.b`` are named; relative imports are not.
    """
    return _read_at(path, path.stat().st_mtime_ns)


@cache
def _read_at(path: Path, _changed: int) -> tuple[str, frozenset[str]]:
    content = path.read_bytes()
    try:
        tree = ast.parse(content) if path.suffix == ".py" else None
    except (SyntaxError, ValueError):
        tree = None
    if tree is None:
        return hashlib.sha256(content).hexdigest(), frozenset()
    names: set[str] = set()
    words: list[str] = []
    _spell(tree, words, names)
    return _short(words), frozenset(names)


def _spell(node: Any, words: list[str], names: set[str]) -> None:
    """Add a tree in words that do not depend on the version of Python, and what it imports.

    Fields that are not set are left out, as are docstrings and what is for type checkers only.
    """
    if isinstance(node, ast.AST):
        words.append(type(node).__name__)
        for field in node._fields:
            value = getattr(node, field, None)
            if value is not None and value != []:
                words.append(field)
                _spell(value, words, names)
        if isinstance(node, ast.Import):
            names.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update([node.module, *(f"{node.module}.{name.name}" for name in node.names)])
    elif isinstance(node, list):
        parts = [part for part in node if not _no_code(part)]
        words.append(f"[{len(parts)}")
        for part in parts:
            _spell(part, words, names)
    else:
        words.append(repr(node))


def _no_code(node: Any) -> bool:
    """Whether this is a docstring, or for type checkers only."""
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in {getattr(node.test, key, "") for key in ("id", "attr")}
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def _ours(*roots: str) -> tuple[str, ...]:
    """Modules of this package and all that they import of it, with the data in their folders: names and hashes."""
    found: dict[str, Path] = {}
    waiting = list(roots)
    while waiting:
        inner = waiting.pop()
        path = _PACKAGE / inner.replace(".", "/")
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if inner in found or inner.partition(".")[0] in _OUTSIDE or not file.is_file():
            continue
        found[inner] = file
        waiting += [inner.rpartition(".")[0], *_of_ours(_read(file)[1])]
    folders = {_PACKAGE / inner.partition(".")[0] for inner in found if inner}
    data = {path for folder in folders for path in folder.rglob("*") if path.suffix in _DATA}
    return tuple(
        sorted(f"{path.relative_to(_PACKAGE).as_posix()} {_loaded(path)}" for path in {*found.values(), *data})
    )


def _loaded(path: Path) -> str:
    """The hash of a file of ours; of one that was edited since this process began, one that no other process gives."""
    changed = path.stat().st_mtime
    return _read(path)[0] + (f" edited {changed}" if changed > _BEGUN else "")


def _of_ours(imported: Iterable[str]) -> set[str]:
    return {name.removeprefix(f"{_OURS}.") for name in imported if name.startswith(f"{_OURS}.")}


def _distribution(package: str) -> Iterator[str]:
    """Every file that an installed package brought: beside the plug-in's module may lie others that it needs."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        return
    for file in sorted(files, key=str):
        path = Path(str(file.locate()))
        if path.is_file() and _KEPT not in path.parts and ".dist-info" not in str(file):
            yield f"{file} {_read(path)[0]}"


def _theirs(top: str, suffixes: set[str] | None = _CODE) -> Iterator[str]:
    """A package or module of the user's and, in turn, those that it imports: names and hashes.

    What it imports of this package counts as far as it can change a number; installed libraries do not.
    """
    seen, waiting, ours = set(), [top], set()
    while waiting:
        name = waiting.pop()
        if name in seen or (name != top and _of_library(name)):
            continue
        seen.add(name)
        for inner, path in _files(name, suffixes):
            content, imported = _read(path)
            yield f"{inner} {content}"
            ours |= _of_ours(imported)
            waiting += sorted({one.partition(".")[0] for one in imported} - {_OURS})
    yield from _ours(*sorted(ours))


def _files(top: str, suffixes: set[str] | None) -> Iterator[tuple[str, Path]]:
    """Files of a top-level module or package by their names there; all but what Python and numba keep beside them if None."""
    for home in _homes(top):
        for path in sorted(home.rglob("*")) if home.is_dir() else [home]:
            wanted = _KEPT not in path.parts if suffixes is None else path.suffix in suffixes
            if wanted and path.is_file():
                yield path.relative_to(home.parent).as_posix(), path


def _homes(top: str) -> list[Path]:
    """Where a top-level module or package lies: its file or its folders; nothing if it has no source."""
    if top == "__main__":
        places = [getattr(sys.modules[top], "__file__", None) or ""]
    else:
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError, AttributeError):
            return []
        places = [] if spec is None else list(spec.submodule_search_locations or [spec.origin or ""])
    return [Path(place) for place in places if place and Path(place).exists()]


def _of_library(top: str) -> bool:
    """Whether a top-level name belongs to Python or to an installed library, for which its version speaks."""
    return top in sys.stdlib_module_names or any(
        {"site-packages", "dist-packages"} & set(home.parts) or home.is_relative_to(sysconfig.get_path("stdlib"))
        for home in _homes(top)
    )


# ---------------------------------------------------------------- values


_PLAIN = (type(None), bool, int, float, complex, str, bytes, Path, Enum, np.generic)


def _words(value: Any, seen: dict[Any, Any]) -> Iterator[str]:
    """Words for what a function is and what it was given; what cannot be told apart counts as its type."""
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if isinstance(value, _PLAIN):
        yield f"{kind} {value!r}"
    elif isinstance(value, BuiltinFunctionType):
        yield f"{value.__module__}.{value.__qualname__}"
    elif id(value) not in seen:
        seen[id(value)] = value  # kept, so that nothing else gets this id
        yield kind
        if isinstance(value, ModuleType | FunctionType | type):
            yield from _sources(value, seen)
        for part in _parts(value):
            yield from _words(part, seen)


def _sources(thing: Any, seen: dict[Any, Any]) -> Iterator[str]:
    """The name of a module, function or class, and hashes of the files it comes from."""
    module = thing.__name__ if isinstance(thing, ModuleType) else thing.__module__
    yield f"{module}.{getattr(thing, '__qualname__', '')}"
    top, _, inner = module.partition(".")
    if top == _OURS:
        yield from _ours(inner)
    elif top not in seen and not _of_library(top):
        seen[top] = top
        yield from _theirs(top)


def _parts(value: Any) -> Iterable[Any]:
    """What a value consists of."""
    for kinds, parts in _MADE_OF:
        if isinstance(value, kinds):
            return parts(value)
    try:
        state: Any = hashlib.sha256(pickle.dumps(value)).hexdigest()
    except Exception:
        state = getattr(value, "__dict__", None)
    return type(value), state


def _function(function: FunctionType) -> list[Any]:
    """What a function was given: defaults and a closure; of the user's own also what was loaded, and all that it names.

    The file may have been edited since it was loaded, and what was typed into a notebook has none.
    """
    given = [function.__defaults__, function.__kwdefaults__, *map(_content, function.__closure__ or ())]
    if _has_only_a_version(function):
        return given
    named = {name for code in _codes(function.__code__) for name in code.co_names if name in function.__globals__}
    return [*given, _code(function), {name: function.__globals__[name] for name in sorted(named)}]


def _code(function: FunctionType) -> list[Any]:
    """The code of a function as it was loaded, without its docstring and the numbers of its lines."""
    said = {function.__doc__} - {None}
    return [
        (
            code.co_code,
            code.co_names,
            [one for one in code.co_consts if not isinstance(one, CodeType) and one not in said],
        )
        for code in _codes(function.__code__)
    ]


def _codes(code: CodeType) -> list[CodeType]:
    return [code, *(inner for const in code.co_consts if isinstance(const, CodeType) for inner in _codes(const))]


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _class(kind: type) -> list[Any]:
    """What a class of the user's own was made of: its bases, its functions and plain values."""
    if _has_only_a_version(kind):
        return []
    own = [(name, value) for name, value in vars(kind).items() if isinstance(value, FunctionType) or name[:2] != "__"]
    return [*kind.__bases__, *own]


def _has_only_a_version(thing: Any) -> bool:
    """Whether a function or class is of this package or a library: not what was loaded of it counts."""
    return _top(thing) == _OURS or _of_library(_top(thing))


#: What values of these types consist of.
_MADE_OF: tuple[tuple[Any, Callable[[Any], Iterable[Any]]], ...] = (
    (partial, lambda value: (value.func, value.args, value.keywords)),
    (MethodType, lambda value: (value.__func__, value.__self__)),
    ((staticmethod, classmethod), lambda value: (value.__func__,)),
    (property, lambda value: (value.fget, value.fset)),
    (FunctionType, _function),
    (type, _class),
    (ModuleType, lambda value: ()),
    (dict, lambda value: [part for pair in value.items() for part in pair]),
    ((set, frozenset), lambda value: sorted(value, key=repr)),
    ((tuple, list), iter),
)
