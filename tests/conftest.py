"""What all tests share: examples that are the same on every machine, and kernels compiled before the clock runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from cogov_sim import cli
from cogov_sim.scenario import plugins
from cogov_sim.scenario.institution import institution_classes

if TYPE_CHECKING:
    from cogov_sim.society import Society

settings.register_profile(
    "cogov", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("cogov")


#: Files whose tests take longest come first, so that with several workers none is left over at the end.
LONGEST_FIRST = ("test_stated_failures", "test_validate", "test_nulls", "test_field_checks", "test_reference", "test_calibration",
                 "test_cli", "test_ties_kept", "test_experience", "test_failed_runs", "test_store", "test_origin", "test_mesa_client",
                 "test_invariants", "test_regularities", "test_boundary", "test_ablation")  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order of ``LONGEST_FIRST``; within a file nothing changes."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(autouse=True)
def language_as_before() -> Iterator[None]:
    """A test that asks for a language leaves it as it was for the next."""
    before = os.environ.get("COGOV_LANG")
    yield
    os.environ.pop("COGOV_LANG", None)
    if before is not None:
        os.environ["COGOV_LANG"] = before


@pytest.fixture(scope="session")
def compiled() -> None:
    """Kernels compiled (about 20 s on the first run after a change), so that no test pays for them."""
    from worlds import run

    run("co_governance", months=2)


@pytest.fixture
def cogov(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line here; (exit code, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        handler = signal.getsignal(signal.SIGTERM)
        code = cli.main([str(argument) for argument in arguments])
        signal.signal(signal.SIGTERM, handler)
        return (code, *capfd.readouterr())

    return run


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparisons are written without figures, which have tests of their own and would take most of the time."""
    monkeypatch.setattr("cogov_sim.report.figures.FIGURES", {})


@pytest.fixture(scope="session")
def neighbourhoods() -> Society:
    """The ready society of six communities on day one; to be looked at only."""
    from societies import generate

    return generate()


@pytest.fixture(scope="session")
def haicang() -> Society:
    """The ready society of 450,000 residents on day one; to be looked at only."""
    from societies import generate

    return generate("haicang")


@pytest.fixture(scope="session", params=["neighbourhoods", "haicang"])
def society(request: pytest.FixtureRequest) -> Society:
    """Both ready societies, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Announce a module, or what loads it, as a plug-in of the package ``tea``; its name is ``tea_house`` or another."""
    found = list(plugins.entry_points(group=plugins.GROUP))

    def forget() -> None:
        for remembered in (plugins.plugins, plugins.plugin_of, institution_classes):
            remembered.cache_clear()

    def announce(load: Any, name: str = "tea_house") -> None:
        entry = SimpleNamespace(
            value=name, name="tea", dist=SimpleNamespace(name="tea"), load=load if callable(load) else lambda: load
        )
        monkeypatch.setattr(plugins, "entry_points", lambda group: [entry, *found])
        forget()

    yield announce
    monkeypatch.undo()
    forget()
