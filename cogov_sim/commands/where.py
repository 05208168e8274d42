"""``cogov where``: which institution works in which kind of community, and in the reports' own places."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cogov_sim import terminal
from cogov_sim.inputs import user_path
from cogov_sim.language import Text
from cogov_sim.terminal import say

if TYPE_CHECKING:
    import pandas as pd


def where(
    *,
    seeds: Annotated[int, typer.Option(help="种子个数 / number of seeds")] = 6,
    months: Annotated[int, typer.Option(help="月数 / months")] = 36,
    residents: Annotated[int, typer.Option(help="每个社会的居民数 / residents of each society")] = 10_000,
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(parser=user_path, metavar="PATH", help="输出目录，可续跑 / folder for the results; resumes"),
    ] = None,
) -> None:
    """分类统筹：哪项制度在哪类社区起作用 / Which institution works in which kind of community."""
    from cogov_sim.experiments import RunsFailed, folders  # noqa: PLC0415
    from cogov_sim.experiments import where as experiment  # noqa: PLC0415
    from cogov_sim.experiments.worlds import Design  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415
    from cogov_sim.report.where import FILE, PLACES, sentences, where_figure  # noqa: PLC0415

    for name, count in (("seeds", seeds), ("months", months), ("workers", workers)):
        check_count(name, count)
    if out is not None:
        folders.refuse_strangers(out, "where")
        folders.make_writable(out)
    runs = None if out is None else out / "runs"
    design = Design(seeds, months, residents, workers, progress=True, out=runs)
    table, places = experiment.where(design), experiment.places(design)
    for one in sentences(table):
        terminal.line(str(one))
    if out is None:
        say(Text("nothing was kept; add --out DIR to keep tables and figure", "结果未保存；加 --out 目录 可保存表与图"))
    else:
        with folders.writing(out):
            for name, frame in ((FILE, table), (PLACES, places)):
                folders.write_whole(out / name, partial(_csv, frame=frame))
            picture = where_figure(table).png()
            folders.write_whole(out / "where.png", partial(Path.write_bytes, data=picture))
        say(Text(f"written to {out}: {FILE}, {PLACES}, where.png", f"已写入 {out}：{FILE}、{PLACES}、where.png"))
    if design.failures:
        raise typer.Exit(RunsFailed.exit_code)


def _csv(path: Path, frame: pd.DataFrame) -> None:
    """A table for spreadsheets."""
    path.write_text(frame.to_csv(index=False), encoding="utf-8-sig")
