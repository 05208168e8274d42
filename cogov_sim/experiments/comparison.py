"""What a comparison says: worlds side by side, and their differences seed by seed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cogov_sim.experiments import folders
from cogov_sim.experiments.by_group import by_group
from cogov_sim.experiments.estimates import estimate, of_world
from cogov_sim.experiments.failures import Failure
from cogov_sim.experiments.parts import KEYS
from cogov_sim.experiments.store import RunKey, RunStore
from cogov_sim.experiments.two_by_two import effects, texts
from cogov_sim.inputs import user_path
from cogov_sim.language import Text, UserError
from cogov_sim.measures.definitions import BY_NAME
from cogov_sim.measures.groups import BY, COLUMNS
from cogov_sim.scenario.institution import institution_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


#: Stands for the code of runs that are missing.
NO_CODE = ""


@dataclass(frozen=True)
class World:
    """One arm of a comparison, as far as readers need it.

    Attributes:
        name: the scenario's name, unique within the comparison.
        title: its name for readers.
        fingerprint: identity of all its settings.
        hour_value: yuan at which an hour of residents' labour is counted.
        institutions: its institutions, by id, with the identity of their settings; none where that is not known.
        common: identity of all its settings but those of institutions.
    """

    name: str
    title: Text
    fingerprint: str
    hour_value: float = 25.0
    institutions: Mapping[str, str] = field(default_factory=dict)
    common: str = ""

    @classmethod
    def of(cls, scenario: Any, name: str) -> World:
        """The world of a ``Scenario`` under a given name."""
        return cls(
            name,
            _title(scenario, name),
            scenario.fingerprint,
            float(scenario.services.hour_value),
            scenario.institution_fingerprints,
            scenario.rest_fingerprint,
        )


def _title(scenario: Any, name: str) -> Text:
    """Name for readers; of ``a-b`` and ``a+b`` it also says which institution is gone or new."""
    en, zh = scenario.title.en or name, scenario.title.zh or name
    for sign, institution in re.findall(r"([+\-])([A-Za-z]\w*)", name.rpartition(".toml")[2]):
        try:
            text = institution_text(institution)
        except (KeyError, UserError):
            continue
        en += f", {'without' if sign == '-' else 'with'} {text.en}"
        zh += f"，{'去掉' if sign == '-' else '加上'}{text.zh}"
    return Text(en, zh)


class Comparison:
    """The same seeds in several worlds.

    Attributes:
        worlds: the arms in the order asked for; the first is the baseline.
        seeds: the seeds that every world was to run.
        months: months of each run.
        runs: one row per world, seed and month, with all measures; they are missing (NaN) where a run is.
        out: folder where it was written, or None.
        failures: runs that failed when this was made.
        missing: world and seed of every run that is not there; tables count what is there, pairs only where both are.
    """

    def __init__(
        self,
        worlds: Sequence[World],
        seeds: Sequence[int],
        months: int,
        runs: pd.DataFrame,
        out: Path | None = None,
        failures: Sequence[Failure] = (),
    ) -> None:
        self.worlds = list(worlds)
        self.seeds = list(seeds)
        self.months = months
        self.out = out
        self.failures = list(failures)
        self.missing: list[tuple[str, int]] = []
        self.runs = self._spread(runs)

    def _spread(self, runs: pd.DataFrame) -> pd.DataFrame:
        """The rows of each world under its own name; worlds that differ in name only share their runs."""
        runs = runs[runs["code"] != NO_CODE]
        of, none = dict(list(runs.groupby("fingerprint", sort=False))), runs.iloc[:0]
        pieces = []
        for world in self.worlds:
            own = of.get(world.fingerprint, none).assign(scenario=world.name)
            lacking = sorted(set(self.seeds) - set(own["seed"].tolist()), key=self.seeds.index)
            self.missing += [(world.name, seed) for seed in lacking]
            pieces += [own, *(self._empty(world, seed) for seed in lacking)]
        spread = pd.concat([piece for piece in pieces if len(piece)], ignore_index=True).reindex(columns=runs.columns)
        return spread.sort_values(["scenario", "seed", "month"], key=self._order, kind="stable", ignore_index=True)

    def _empty(self, world: World, seed: int) -> pd.DataFrame:
        """The rows of a run that is missing: no measures."""
        values = [world.name, world.fingerprint, NO_CODE, seed, self.months]
        return pd.DataFrame([[*values, month] for month in range(1, self.months + 1)], columns=list(KEYS))

    @property
    def counted(self) -> Text:
        """Over how many seeds the tables are, in words."""
        count = len(self.seeds)
        if not self.missing:
            return Text(f"{count} seeds", f"{count} 个种子")
        lacking = len(self.missing)
        return Text(f"up to {count} seeds ({lacking} runs are missing)", f"至多 {count} 个种子（缺 {lacking} 次运行）")

    def _order(self, column: pd.Series) -> pd.Series:
        ranks = {world.name: rank for rank, world in enumerate(self.worlds)}
        return column.map(ranks) if column.name == "scenario" else column

    @classmethod
    def load(cls, out: str | Path) -> Comparison:
        """A comparison from its folder, without running anything.

        Runs that failed are missing, as when it was made; UserError if others are, or there is no comparison.
        """
        folder = user_path(out)
        manifest = folders.read_comparison(folder)
        if manifest is None:
            raise UserError(f"{folder}: holds no comparison", f"{folder}：目录中没有比较结果")
        seeds, months, tables = manifest["seeds"], manifest["months"], manifest["scenarios"]
        worlds = [
            World(
                name,
                Text(**table["title"]),
                table["fingerprint"],
                float(table["hour_value"]),
                table.get("institutions", {}),
                table.get("common", ""),
            )
            for name, table in tables.items()
        ]
        failed = [Failure(one["scenario"], one["seed"], months, Text(**one["message"])) for one in manifest["failed"]]
        store = RunStore(folder, writing=False)
        keys = [
            RunKey(table["fingerprint"], seed, months, table["code"]) for table in tables.values() for seed in seeds
        ]
        missing = len(set(keys) - store.done)
        if missing > len(failed) or missing == len(set(keys)):
            raise UserError(
                f"{folder}: {missing} runs are missing; the same 'cogov compare' command does them",
                f"{folder}：缺少 {missing} 次运行；用同一条 cogov compare 命令即可补齐",
            )
        return cls(worlds, seeds, months, store.runs(keys), folder, failed)

    @property
    def measures(self) -> list[str]:
        """Names of the measures that were recorded."""
        return [column for column in self.runs.columns if column not in KEYS and column not in COLUMNS]

    def by_seed(self, window: int = 12) -> pd.DataFrame:
        """Every measure averaged over the last ``window`` months; one row per (scenario, seed).

        Months in which a measure is missing are left out of its average.
        """
        return self.late(self.measures, window)

    def late(self, columns: Sequence[str], window: int = 12) -> pd.DataFrame:
        """The same of any recorded columns."""
        late = self.runs[self.runs["month"] > self.months - window]
        return late.groupby(["scenario", "seed"], sort=False)[list(columns)].mean()

    def baseline(self, name: str | None = None) -> str:
        """The world that others are compared with: the first, or the one named; UserError if it is not in the comparison."""
        names = [world.name for world in self.worlds]
        if name is not None and name not in names:
            raise UserError(
                f"'{name}' is not in this comparison; it has {', '.join(names)}",
                f"比较中没有“{name}”；可选：{'、'.join(names)}",
            )
        return name or names[0]

    def by(self, by: str, baseline: str | None = None) -> pd.DataFrame:
        """Who bears it, and where: differences of hours, money and satisfaction by ``"kind"``, ``"income"``, ``"age"``,
        ``"newcomer"`` or ``"owner"`` (``by_group.by_group``).
        """
        return by_group(self, by, baseline)

    def summary(self, window: int = 12) -> pd.DataFrame:
        """Mean and 95 % t-interval over seeds of every measure in every world.

        Args:
            window: months at the end of the run over which each run is averaged first.

        Returns:
            Columns measure, scenario, n (seeds with a value), mean, low, high, unit, label; one row per
            measure and world. The interval is missing where fewer than two seeds have a value.
        """
        values = self.by_seed(window)
        pieces = [estimate(of_world(values, w.name)).assign(scenario=w.name) for w in self.worlds]
        return _labelled(pieces, ["measure", "scenario", "n", "mean", "low", "high"], self.measures)

    def paired(self, baseline: str | None = None, window: int = 12) -> pd.DataFrame:
        """Differences from the baseline world, taken seed by seed.

        Args:
            baseline: name of the world to compare with; the first by default.
            window: months at the end of the run over which each run is averaged first.

        Returns:
            Columns measure, scenario, baseline, n (seeds with a value in both), mean, low, high, same_sign
            (share of those seeds whose difference has the sign of the mean), unit, label.
        """
        base, names = self.baseline(baseline), [world.name for world in self.worlds]
        values = self.by_seed(window)
        pieces = []
        for name in names:
            if name != base:
                difference = of_world(values, name) - of_world(values, base)
                table = estimate(difference)
                signs = np.sign(difference.to_numpy()) == np.sign(table["mean"].to_numpy())
                same = pd.Series(signs.sum(axis=0), index=difference.columns)
                differs = (table["n"] > 0) & (table["mean"] != 0.0)  # a difference of nothing has no sign
                table["same_sign"] = same / table["n"].where(differs)
                pieces.append(table.assign(scenario=name, baseline=base))
        columns = ["measure", "scenario", "baseline", "n", "mean", "low", "high", "same_sign"]
        return _labelled(pieces, columns, self.measures)

    def two_by_two(self, window: int = 12) -> pd.DataFrame:
        """Main effects and interaction where the worlds are a two-by-two (``two_by_two.effects``); else an empty table."""
        return effects(self, window=window)

    @property
    def steps(self) -> dict[str, Text]:
        """What the effects of a two-by-two are, in words; empty where the worlds are none."""
        return texts(self.worlds)

    def monthly(self, measure: str) -> pd.DataFrame:
        """Mean and 95 % interval over seeds of one measure: columns scenario, month, n, mean, low, high."""
        pieces = []
        for world in self.worlds:
            own = self.runs[self.runs["scenario"] == world.name]
            table = estimate(own.pivot(index="seed", columns="month", values=measure))
            pieces.append(table.rename_axis("month").reset_index().assign(scenario=world.name))
        return pd.concat(pieces, ignore_index=True)[["scenario", "month", "n", "mean", "low", "high"]]

    def plot(self, out: str | Path | None = None) -> dict[str, Figure]:
        """All figures by name; also saved as PNG under ``out`` if given."""
        from cogov_sim.report.figures import draw_all, save_all  # noqa: PLC0415 - matplotlib only where wanted

        figures = draw_all(self)
        if out is not None:
            folders.make_writable(folder := user_path(out))
            with folders.writing(folder):
                save_all(figures, folder)
        return figures

    def write(self, out: str | Path) -> None:
        """Write ``summary.csv``, ``paired.csv``, ``by_group.csv``, ``figures/*.png``, and of a two-by-two ``two_by_two.csv``."""
        folder = user_path(out)
        folders.make_writable(folder)
        with folders.writing(folder):
            groups = pd.concat([self.by(by) for by in BY], ignore_index=True)
            tables = {"summary.csv": self.summary(), "paired.csv": self.paired()}
            further = {"two_by_two.csv": self.two_by_two(), "by_group.csv": groups}
            for name, table in {**tables, **{name: table for name, table in further.items() if len(table)}}.items():
                # with a byte-order mark, so that spreadsheets show the Chinese labels
                text = table.to_csv(index=False)
                folders.write_whole(folder / name, partial(Path.write_text, data=text, encoding="utf-8-sig"))
            self.plot(folder / "figures")

    def __repr__(self) -> str:
        names = ", ".join(world.name for world in self.worlds)
        return f"Comparison({names}; {self.counted.en}, {self.months} months)"


def _labelled(pieces: list[pd.DataFrame], columns: list[str], measures: list[str]) -> pd.DataFrame:
    """Tables of ``estimate`` in one, ordered by measure, with unit and label in both languages."""
    if not pieces:
        return pd.DataFrame(columns=[*columns, "unit", "label"])
    table = pd.concat([piece.rename_axis("measure").reset_index() for piece in pieces], ignore_index=True)
    ranks = {name: rank for rank, name in enumerate(measures)}
    table = table.sort_values("measure", key=lambda c: c.map(ranks), kind="stable", ignore_index=True)
    table = table[columns]
    table["unit"] = [BY_NAME[name].unit if name in BY_NAME else "" for name in table["measure"]]
    table["label"] = [BY_NAME[name].both if name in BY_NAME else name for name in table["measure"]]
    return table
