"""``cogov ablate``: who does the work; every institution taken out in turn, and put in alone."""

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

_Worlds = tuple[Text, Text]


def ablate(
    scenario: Annotated[str, typer.Argument(help="情景 / scenario")] = "co_governance",
    *,
    base: Annotated[
        str, typer.Option(help="逐一单独加入的世界 / world that each is added to alone")
    ] = "government_run",
    seeds: Annotated[int, typer.Option(help="每个世界的种子个数 / seeds of each world")] = 10,
    months: Annotated[int, typer.Option(help="月数 / months")] = 60,
    residents: Annotated[int | None, typer.Option(help="居民数 / number of residents")] = None,
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(parser=user_path, metavar="PATH", help="输出目录，可续跑 / folder for the results; resumes"),
    ] = None,
    ship: Annotated[
        Path | None,
        typer.Option(
            parser=user_path,
            metavar="PATH",
            help="文档目录：更新制度页 / documents: page of institutions with these results",
        ),
    ] = None,
) -> None:
    """谁在起作用：逐一去掉、逐一单独加入每项制度 / Who does the work: each institution taken out, and alone."""
    from cogov_sim.experiments import RunsFailed  # noqa: PLC0415
    from cogov_sim.experiments.ablation import ablation, variants  # noqa: PLC0415
    from cogov_sim.experiments.folders import make_writable  # noqa: PLC0415
    from cogov_sim.experiments.worlds import Design, resolve  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415
    from cogov_sim.report.tables import ablation_tables  # noqa: PLC0415

    for name, count in (("seeds", seeds), ("months", months), ("workers", workers)):
        check_count(name, count)
    (_, whole), (_, start) = resolve([scenario, base], residents=residents)
    variants(whole, start)  # a scenario without institutions is refused before a folder is made
    if out is not None:
        _claim(out, whole, start, months)
    if ship is not None:
        from cogov_sim.report.effects import IMAGES  # noqa: PLC0415

        make_writable(ship / IMAGES)
    design = Design(seeds, months, residents, workers, progress=True, out=None if out is None else out / "cells")
    table = ablation(whole, start, design)
    worlds = (_title(whole), _title(start))
    if out is not None:
        _write(out, table, worlds)
    if ship is not None:
        _ship(ship, table, worlds)
    for part in ablation_tables(table, worlds):
        terminal.show(part, "")
    if out is None and ship is None:
        say(
            Text(
                "nothing was kept; add --out DIR to keep runs, table and figure",
                "结果未保存；加 --out 目录 可保存运行、表与图",
            )
        )
    if design.failures:
        raise typer.Exit(RunsFailed.exit_code)


def _title(world: Scenario) -> Text:
    return Text(world.title.en or world.name, world.title.zh or world.name)


def _claim(out: Path, whole: Scenario, start: Scenario, months: int) -> None:
    """Make the folder ours for this pair of worlds; UserError if it holds something else, or another pair."""
    from cogov_sim.experiments import folders  # noqa: PLC0415

    folders.refuse_strangers(out, "ablation")
    asked: dict[str, Any] = {
        "kind": "ablation",
        "scenario": {"name": whole.name, "fingerprint": whole.fingerprint},
        "base": {"name": start.name, "fingerprint": start.fingerprint},
        "months": months,
    }
    if (folders.read_manifest(out) or asked) != asked:
        raise UserError(
            f"{out}: holds another ablation (other scenario, base, settings, months or residents); choose another --out",
            f"{out}：目录中已有另一次逐项去除（情景、基准、设置、月数或居民数不同）；请换一个 --out",
        )
    folders.make_writable(out)
    with folders.writing(out):
        folders.write_json(out / folders.MANIFEST, asked)


def _write(out: Path, table: pd.DataFrame, worlds: _Worlds) -> None:
    """Every effect with its interval as CSV, and the figure."""
    from cogov_sim.experiments import folders  # noqa: PLC0415
    from cogov_sim.experiments.ablation import labelled  # noqa: PLC0415
    from cogov_sim.report.ablation import ablation_figure  # noqa: PLC0415

    text, picture = labelled(table).to_csv(index=False), ablation_figure(table, worlds).png()
    with folders.writing(out):
        # with a byte-order mark, so that spreadsheets show the Chinese labels
        folders.write_whole(out / "ablation.csv", partial(Path.write_text, data=text, encoding="utf-8-sig"))
        folders.write_whole(out / "ablation.png", partial(Path.write_bytes, data=picture))
    say(Text(f"written to {out}: ablation.csv, ablation.png", f"已写入 {out}：ablation.csv、ablation.png"))


def _ship(folder: Path, table: pd.DataFrame, worlds: _Worlds) -> None:
    """The numbers and pictures of the page of institutions, and the page."""
    from cogov_sim.experiments.folders import write_files  # noqa: PLC0415
    from cogov_sim.report.ablation import ablation_figure, institution_figure  # noqa: PLC0415
    from cogov_sim.report.effects import IMAGES, PICTURE, picture_of  # noqa: PLC0415
    from cogov_sim.report.institutions import RESULTS, write_institutions  # noqa: PLC0415

    keys = [key for key in dict.fromkeys(table["institution"]) if key]
    files = {
        RESULTS: table.to_csv(index=False, float_format="%.6g").encode(),
        PICTURE: ablation_figure(table, worlds).small_png(130),
    }
    files |= {picture_of(key): institution_figure(table, key, worlds).small_png() for key in keys}
    write_files(folder, files)
    for old in (folder / IMAGES).glob("*.png"):  # of institutions that are there no more
        if f"{IMAGES}/{old.name}" not in files:
            old.unlink()
    page = write_institutions(folder)
    say(Text(f"written to {page} with {len(keys)} pictures", f"已写入 {page} 及 {len(keys)} 幅图"))
