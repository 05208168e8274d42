"""``cogov sensitivity``: which start values decide the difference between two worlds, and where its sign holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cogov_sim import terminal
from cogov_sim.inputs import user_path
from cogov_sim.language import Text, UserError
from cogov_sim.terminal import say

if TYPE_CHECKING:
    from cogov_sim.experiments.factors import Factor
    from cogov_sim.experiments.sensitivity import Plan
    from cogov_sim.experiments.worlds import Design
    from cogov_sim.scenario import Scenario

    _Pair = tuple[Scenario, Scenario]


def sensitivity(
    first: Annotated[str, typer.Argument(metavar="A", help="基准世界 / world compared with")] = "government_run",
    second: Annotated[str, typer.Argument(metavar="B", help="另一世界 / world that is compared")] = "co_governance",
    *,
    over: Annotated[
        str,
        typer.Option(
            metavar="NAME,NAME",
            help="只变动这些类别、制度或键，如 behaviour,society / only these sections, institutions or keys",
        ),
    ] = "",
    trajectories: Annotated[int, typer.Option(help="筛选的轨迹条数 / trajectories of the screening (Morris)")] = 4,
    points: Annotated[int, typer.Option(help="基点个数，2 的幂 / base points, a power of 2 (Sobol)")] = 32,
    keep: Annotated[int, typer.Option(help="单独衡量的因子个数 / factors that are measured by themselves")] = 8,
    seeds: Annotated[int, typer.Option(help="起始值处的种子个数，衡量运气 / seeds at the start values, for luck")] = 8,
    months: Annotated[int, typer.Option(help="月数 / months")] = 24,
    residents: Annotated[
        int | None, typer.Option(help="居民数，默认为情景自身 / number of residents, by default the scenarios' own")
    ] = None,
    history: Annotated[int, typer.Option(help="改革前月数 / months before the reform")] = 12,
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(parser=user_path, metavar="PATH", help="输出目录，可续跑 / folder for the results; resumes"),
    ] = None,
    ship: Annotated[
        Path | None,
        typer.Option(parser=user_path, metavar="PATH", help="文档目录：写入该页 / documents: the page and its files"),
    ] = None,
) -> None:
    """哪些起始值决定差异，方向在多大空间内成立 / Which start values decide, and where each sign holds."""
    from cogov_sim.experiments import RunsFailed  # noqa: PLC0415
    from cogov_sim.experiments import sensitivity as analysis  # noqa: PLC0415
    from cogov_sim.experiments.design_points import lean  # noqa: PLC0415
    from cogov_sim.experiments.factors import factors  # noqa: PLC0415
    from cogov_sim.experiments.folders import make_writable  # noqa: PLC0415
    from cogov_sim.experiments.worlds import Design, resolve  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415
    from cogov_sim.report.sensitivity_page import sensitivity_tables  # noqa: PLC0415

    for name, count in (("seeds", seeds), ("months", months), ("workers", workers)):
        check_count(name, count)
    plan = analysis.Plan(trajectories, points, keep)
    before = [f"history.months={history}"]
    resolved = [world for _, world in resolve([first, second], residents=residents, changes=before)]
    pair = (resolved[0], resolved[1])
    varied = factors(pair, [name.strip() for name in over.replace("，", ",").split(",") if name.strip()])
    analysis.salib()
    if out is not None:
        _claim(out, pair, varied, months)
    if ship is not None:
        make_writable(ship / "images")
    design = Design(seeds, months, residents, workers, progress=True, out=out, simulate=lean, history=history)
    _say_size(pair, varied, design, plan)
    found = analysis.sensitivity(pair, varied, design, plan)
    said = [f"{first} {second}", *([f"--over {over}"] if over else [])]
    said += [f"--{name} {getattr(plan, name)}" for name in ("trajectories", "points", "keep")]
    said += [f"--seeds {seeds} --months {months} --history {history}"]
    said += [] if residents is None else [f"--residents {residents}"]
    command = " ".join(["cogov sensitivity", *said])
    for folder, small in ((out, False), (ship, True)):
        if folder is not None:
            _write(folder, found, command, small=small)
    for table in sensitivity_tables(found):
        terminal.show(table, "")
    if out is None and ship is None:
        say(
            Text(
                "nothing was kept; add --out DIR to keep runs, tables and page",
                "结果未保存；加 --out 目录 可保存运行、表与页面",
            )
        )
    if design.failures:
        raise typer.Exit(RunsFailed.exit_code)


def _say_size(pair: _Pair, varied: Sequence[Factor], design: Design, plan: Plan) -> None:
    """How many runs this is and how long they take, by two of them that are timed."""
    from cogov_sim.compiled.first_use import prepare_all  # noqa: PLC0415
    from cogov_sim.experiments.worlds import check_seeds  # noqa: PLC0415

    screening, measuring = plan.runs(varied, pair, len(check_seeds(design.seeds)))
    prepare_all()
    start = time.perf_counter()
    for world in pair:
        design.simulate(world, 1, design.months)
    seconds = (time.perf_counter() - start) / 2.0
    minutes = seconds * (screening + measuring) / design.workers / 60.0
    say(
        Text(
            f"{len(varied)} start values: {screening} runs to screen them, then at most {measuring}; {seconds:.2f} s a run, "
            f"about {minutes:.0f} minutes with {design.workers} processes, less what is kept already",
            f"{len(varied)} 个起始值：筛选 {screening} 次运行，其后至多 {measuring} 次；每次 {seconds:.2f} 秒，{design.workers} 个进程约 {minutes:.0f} 分钟"
            "（已保存的除外）",
        )
    )


def _claim(out: Path, pair: _Pair, varied: Sequence[Factor], months: int) -> None:
    """Make the folder ours for these worlds and factors; UserError if it holds something else, or other ones."""
    from cogov_sim.experiments import folders  # noqa: PLC0415

    folders.refuse_strangers(out, "sensitivity")
    asked: dict[str, Any] = {
        "kind": "sensitivity",
        "worlds": [{"name": world.name, "fingerprint": world.fingerprint} for world in pair],
        "months": months,
        "factors": {one.key: [one.low, one.high] for one in varied},
    }
    if (folders.read_manifest(out) or asked) != asked:
        raise UserError(
            f"{out}: holds another sensitivity analysis (other worlds, settings, months, residents or factors); choose another "
            "--out",
            f"{out}：目录中已有另一次敏感性分析（世界、设置、月数、居民数或因子不同）；请换一个 --out",
        )
    folders.make_writable(out)
    with folders.writing(out):
        folders.write_json(out / folders.MANIFEST, asked)


def _write(folder: Path, found: Any, command: str, *, small: bool) -> None:
    """The page, its tables and its pictures."""
    from cogov_sim.experiments.folders import write_files  # noqa: PLC0415
    from cogov_sim.report.sensitivity_page import PAGE, files  # noqa: PLC0415

    write_files(folder, files(found, command, small=small))
    say(Text(f"written to {folder}: {PAGE}, tables, pictures", f"已写入 {folder}：{PAGE}、表、图"))
