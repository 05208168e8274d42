"""``cogov validate``: every check, and the page that shows them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cogov_sim.inputs import user_path
from cogov_sim.language import Text
from cogov_sim.terminal import say

if TYPE_CHECKING:
    from cogov_sim.validation.collect import Validation

IMAGES = "images/validation"


def validate(
    *,
    short: Annotated[
        bool, typer.Option("--short", help="简短版，约两分钟 / the short form, about two minutes")
    ] = False,
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 2,
    out: Annotated[Path, typer.Option(parser=user_path, metavar="PATH", help="文档目录 / folder of the page")] = Path(
        "docs"
    ),
) -> None:
    """全部检验，写成一页 / Run every check and write one page: target, simulated, verdict."""
    from cogov_sim.experiments import RunsFailed  # noqa: PLC0415
    from cogov_sim.experiments.folders import make_writable, write_files  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415

    check_count("workers", workers)
    make_writable(out / IMAGES)
    from cogov_sim.validation.collect import collect  # noqa: PLC0415

    start = time.perf_counter()
    found = collect(short=short, workers=workers, progress=True, say=say)
    write_files(out, files(found, short=short))
    minutes = (time.perf_counter() - start) / 60.0
    failed = [check.id for check in found.checks if check.verdict == "fail"]
    say(
        Text(
            f"{len(found.checks)} rows, {len(failed)} fail{': ' + ', '.join(failed) if failed else ''}; "
            f"{minutes:.1f} minutes; written to {out / 'validation.md'}",
            f"共 {len(found.checks)} 行，{len(failed)} 行不成立{'：' + '、'.join(failed) if failed else ''}；"
            f"用时 {minutes:.1f} 分钟；已写入 {out / 'validation.md'}",
        )
    )
    if found.failures:
        raise typer.Exit(RunsFailed.exit_code)


def files(found: Validation, *, short: bool) -> dict[str, bytes]:
    """The page, its rows as CSV, and its figures, by file name."""
    from cogov_sim import __version__  # noqa: PLC0415
    from cogov_sim.lab import repeated  # noqa: PLC0415
    from cogov_sim.report.laboratory import public_goods_figure  # noqa: PLC0415
    from cogov_sim.report.plane import plane_figure  # noqa: PLC0415
    from cogov_sim.report.ranges import ranges_figure  # noqa: PLC0415
    from cogov_sim.validation.page import Picture, page, rows  # noqa: PLC0415
    from cogov_sim.validation.sections import contested_section  # noqa: PLC0415

    figures = {
        "laboratory": (public_goods_figure(found.game, repeated()), Text("The bare laboratory game", "实验室基准博弈")),
        "contested": (ranges_figure(found.contested), Text("What is contested", "有争议的常数")),
        "boundary": (plane_figure(found.plane), Text("Where co-governance stops winning", "互动共治的边界")),
    }
    pictures = [Picture(f"{IMAGES}/{name}.png", text) for name, (_, text) in figures.items()]
    tables = {"contested": contested_section(found.contested)}
    text = page(found.checks, tables, pictures, __version__, "short" if short else "full")
    images = {f"{IMAGES}/{name}.png": figure.png() for name, (figure, _) in figures.items()}
    return {**images, "validation.csv": rows(found.checks).encode(), "validation.md": text.encode()}
