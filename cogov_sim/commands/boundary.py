"""``cogov boundary``: where in a plane of two parameters co-governance stops winning."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cogov_sim import terminal
from cogov_sim.inputs import user_path
from cogov_sim.language import Text, UserError
from cogov_sim.terminal import say

if TYPE_CHECKING:
    import pandas as pd

    from cogov_sim.experiments.boundary import Axis

_X, _Y = "society.free_rider_share", "society.initial_trust"
_Range = Annotated[str | None, typer.Option(metavar="起:止:个数 FROM:TO:COUNT", help="取值范围 / values of it")]


def boundary(
    *,
    x: Annotated[str, typer.Option(metavar="KEY", help="横轴参数 / parameter along the page")] = _X,
    y: Annotated[str, typer.Option(metavar="KEY", help="纵轴参数 / parameter up the page")] = _Y,
    x_range: _Range = None,
    y_range: _Range = None,
    measure: Annotated[list[str] | None, typer.Option(help="指标，可重复 / measure, may be repeated")] = None,
    seeds: Annotated[int, typer.Option(help="每格的种子个数 / seeds of each cell")] = 6,
    months: Annotated[int, typer.Option(help="月数 / months")] = 60,
    residents: Annotated[int | None, typer.Option(help="居民数 / number of residents")] = None,
    worlds: Annotated[
        tuple[str, str], typer.Option(help="两个世界，前者为基准 / two worlds, the first is the baseline")
    ] = (
        "government_run",
        "co_governance",
    ),
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(parser=user_path, metavar="PATH", help="输出目录，可续跑 / folder for the results; resumes"),
    ] = None,
) -> None:
    """共治在哪里不再占优：两个参数的平面 / Where co-governance stops winning, in a plane of two parameters."""
    from cogov_sim.experiments import RunsFailed  # noqa: PLC0415
    from cogov_sim.experiments import boundary as planes  # noqa: PLC0415
    from cogov_sim.experiments.worlds import Design, resolve, say_where  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415

    measures = planes.check_measures(measure or planes.MEASURES)
    for name, count in (("seeds", seeds), ("months", months), ("workers", workers)):
        check_count(name, count)
    resolved = resolve(list(worlds), residents=residents)
    pair = [world for _, world in resolved]
    ways = (planes.axis(x, x_range, pair), planes.axis(y, y_range, pair))
    say_where((f"{way.key}={way.values[0]!r}" for way in ways), resolved)
    if out is not None:
        _claim(out, ways, worlds, months, residents)
    design = Design(seeds, months, residents, workers, progress=True, out=None if out is None else out / "cells")
    table = planes.plane(*ways, design, measures, (pair[0], pair[1]))
    challenger = pair[1].title
    challenger = Text(challenger.en or pair[1].name, challenger.zh or pair[1].name)
    if out is not None:
        _write(out, table, measures, challenger)
    for name in measures:
        terminal.line(str(planes.sentence(table, name, *ways, challenger)))
    if out is None:
        said = Text(
            "nothing was kept; add --out DIR to keep the map and its numbers",
            "结果未保存；加 --out 目录 可保存图与数据",
        )
    else:
        said = Text(f"written to {out}: plane.csv, plane.png", f"已写入 {out}：plane.csv、plane.png")
    say(said)
    if design.failures:
        raise typer.Exit(RunsFailed.exit_code)


def _claim(out: Path, ways: tuple[Axis, Axis], worlds: tuple[str, str], months: int, residents: int | None) -> None:
    """Make the folder ours for this plane; UserError if it holds something else, or another plane."""
    from cogov_sim.experiments import folders  # noqa: PLC0415

    folders.refuse_strangers(out, "boundary")
    plane: dict[str, Any] = {
        "kind": "boundary",
        "axes": {way.key: list(way.values) for way in ways},
        "worlds": list(worlds),
        "months": months,
        "residents": residents,
    }
    there = folders.read_manifest(out) or plane
    if there != plane or list(there["axes"]) != list(plane["axes"]):
        raise UserError(
            f"{out}: holds another plane (other parameters, ranges, worlds, months or residents); choose another --out",
            f"{out}：目录中已有另一个平面（参数、范围、情景、月数或居民数不同）；请换一个 --out",
        )
    folders.make_writable(out)
    with folders.writing(out):
        folders.write_json(out / folders.MANIFEST, plane)


def _write(out: Path, table: pd.DataFrame, measures: list[str], challenger: Text) -> None:
    """The cells with their intervals as CSV, and the map."""
    from cogov_sim.experiments import folders  # noqa: PLC0415
    from cogov_sim.report.plane import plane_figure  # noqa: PLC0415

    text, picture = table.to_csv(index=False), plane_figure(table, measures, challenger).png()
    with folders.writing(out):
        # with a byte-order mark, so that spreadsheets show the Chinese labels
        folders.write_whole(out / "plane.csv", partial(Path.write_text, data=text, encoding="utf-8-sig"))
        folders.write_whole(out / "plane.png", partial(Path.write_bytes, data=picture))
