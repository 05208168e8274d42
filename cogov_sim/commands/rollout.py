"""``cogov rollout``: a reform in waves, and what early communities show against late ones."""

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

    from cogov_sim.scenario import Scenario


def rollout(
    world: Annotated[str, typer.Argument(help="有试点的情景 / a scenario with pilots")] = "xiamen",
    *,
    seeds: Annotated[int, typer.Option(help="种子个数 / number of seeds")] = 4,
    months: Annotated[int, typer.Option(help="月数 / months")] = 51,
    residents: Annotated[int | None, typer.Option(help="居民数 / number of residents")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="改动，可重复 / a change, may be repeated")
    ] = None,
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(parser=user_path, metavar="PATH", help="输出目录，可续跑 / folder for the results; resumes"),
    ] = None,
) -> None:
    """改革分批铺开：先行社区与后行社区之比较 / A reform in waves: early communities against late ones."""
    from cogov_sim.experiments import RunsFailed, wedge  # noqa: PLC0415
    from cogov_sim.experiments.worlds import Design  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415

    for name, count in (("seeds", seeds), ("months", months), ("workers", workers)):
        check_count(name, count)
    design = Design(seeds, months, residents, workers, progress=True, out=None if out is None else out / "runs")
    scenario = design.world(world, changes or [])
    if out is not None:
        _claim(out, scenario, months)
    runs = wedge.roll_out(scenario, design)
    table = wedge.wedge(runs, scenario.rollout.everywhere)
    if out is not None:
        _write(out, wedge.timeline(runs), table, scenario, runs["seed"].nunique())
    for one in wedge.sentences(table):
        terminal.line(str(one))
    if out is None:
        said = Text(
            "nothing was kept; add --out DIR to keep table and timeline", "结果未保存；加 --out 目录 可保存表与图"
        )
    else:
        said = Text(
            f"written to {out}: wedge.csv, waves.csv, timeline.png", f"已写入 {out}：wedge.csv、waves.csv、timeline.png"
        )
    say(said)
    if design.failures:
        raise typer.Exit(RunsFailed.exit_code)


def _claim(out: Path, scenario: Scenario, months: int) -> None:
    """Make the folder ours for this roll-out; UserError if it holds something else, or another one."""
    from cogov_sim.experiments import folders  # noqa: PLC0415

    folders.refuse_strangers(out, "rollout")
    made: dict[str, Any] = {"kind": "rollout", "scenario": scenario.fingerprint, "months": months}
    if (folders.read_manifest(out) or made) != made:
        raise UserError(
            f"{out}: holds another roll-out (other scenario, months or residents); choose another --out",
            f"{out}：目录中已有另一次铺开（情景、月数或居民数不同）；请换一个 --out",
        )
    folders.make_writable(out)
    with folders.writing(out):
        folders.write_json(out / folders.MANIFEST, made)


def _write(out: Path, waves: pd.DataFrame, table: pd.DataFrame, scenario: Scenario, seeds: int) -> None:
    """The tables of early against late communities and of each wave by month, and the timeline."""
    from cogov_sim.experiments import folders  # noqa: PLC0415
    from cogov_sim.report.timeline import timeline_figure  # noqa: PLC0415

    picture = timeline_figure(waves, scenario.rollout, seeds).png()
    with folders.writing(out):
        for name, frame in (("wedge.csv", table), ("waves.csv", waves)):
            text = frame.to_csv(index=False)
            folders.write_whole(out / name, partial(Path.write_text, data=text, encoding="utf-8-sig"))
        folders.write_whole(out / "timeline.png", partial(Path.write_bytes, data=picture))
