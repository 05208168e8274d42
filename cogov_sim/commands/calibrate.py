"""``cogov calibrate lab``: fit the laboratory constants to T1-T4, and keep everything that was tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cogov_sim import terminal
from cogov_sim.inputs import user_path
from cogov_sim.language import Text, UserError, cut
from cogov_sim.terminal import say

if TYPE_CHECKING:
    from cogov_sim.lab.calibrate import Calibration

FOLDER = Path("results/calibration")
"""Where results go if no folder is given."""
CONSTANTS = "calibrated.toml"


def calibrate(
    what: Annotated[str, typer.Argument(metavar="lab", help="校准对象，目前只有 lab / what to calibrate: lab")],
    *,
    out: Annotated[Path, typer.Option(parser=user_path, metavar="PATH", help="输出目录 / folder for the results")] = FOLDER,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 2010,
    quick: Annotated[bool, typer.Option("--quick", help="粗略试跑，20 秒内 / rough, within 20 seconds")] = False,
    ship: Annotated[bool, typer.Option("--ship", help="同时写入软件包与 docs/calibration / write into the package, too")] = False,
) -> None:  # fmt: skip
    """以实验室数据（T1–T4）校准居民规则的常数 / Fit the constants of the residents' rules to laboratory data."""
    if what != "lab":
        raise UserError(
            f"calibrate {cut(what)}: only lab can be calibrated", f"calibrate {cut(what)}：目前只能校准 lab"
        )
    if ship and quick:
        raise UserError(
            "--quick is too rough to --ship; leave one of them out", "--quick 过于粗略，不能与 --ship 同用；请去掉其一"
        )
    from cogov_sim.compiled.first_use import prepare_all  # noqa: PLC0415
    from cogov_sim.experiments import folders  # noqa: PLC0415
    from cogov_sim.experiments.progress import Progress  # noqa: PLC0415
    from cogov_sim.inputs import check_seed  # noqa: PLC0415

    seed = check_seed(seed)
    package, docs = _source() if ship else (None, None)
    folders.refuse_strangers(out, "calibration")
    for folder in (out, package, docs):
        if folder is not None:
            folders.make_writable(folder)
    from cogov_sim.lab import calibrate as calibration  # noqa: PLC0415

    prepare_all()
    effort = calibration.QUICK if quick else calibration.FULL
    found = calibration.calibrate(seed, effort, lambda steps, name: Progress(steps, what=name))
    files = _files(found)
    folders.write_files(out, files | {folders.MANIFEST: _manifest(seed, quick)})
    _report(found)
    say(Text(f"written to {out}: {', '.join(files)}", f"已写入 {out}：{'、'.join(files)}"))
    if package is not None and docs is not None:
        folders.write_files(package, {CONSTANTS: files.pop(CONSTANTS)})
        folders.write_files(docs, files)
        said = Text(
            f"shipped: {package / CONSTANTS}, {docs}; run 'cogov docs' to bring the tables up to date",
            f"已写入软件包：{package / CONSTANTS}、{docs}；请运行 cogov docs 更新参数表",
        )
        say(said)


def _source() -> tuple[Path, Path]:
    """Where the package keeps its constants and the project its record; UserError in an installed package."""
    import cogov_sim  # noqa: PLC0415

    package = Path(cogov_sim.__file__).parent
    if not (package.parent / "pyproject.toml").is_file():
        raise UserError(
            f"--ship needs the project's source folder; this is an installed package ({package})",
            f"--ship 需要项目源码目录；当前是已安装的软件包（{package}）",
        )
    return package / "scenario", package.parent / "docs" / "calibration"


def _files(found: Calibration) -> dict[str, bytes]:
    """Everything that is kept, by file name."""
    import tomli_w  # noqa: PLC0415

    from cogov_sim.report.calibration import calibration_figure  # noqa: PLC0415

    heading = (
        "# Constants of the residents' rules, fitted in the laboratory. Written by `cogov calibrate lab`; not to be edited by hand.\n"
        "# 居民规则的实验室校准常数，由 cogov calibrate lab 写出，请勿手工修改。\n\n"
    )
    tables = {
        "lab_log.csv": found.log, "lab_refits.csv": found.refits.round(4), "lab_recovery.csv": found.recovered.round(4),
        "lab_identifiability.csv": found.errors.round(4),
    }  # fmt: skip
    return {
        CONSTANTS: (heading + tomli_w.dumps(found.to_toml())).encode(),
        **{name: table.to_csv(index=False, lineterminator="\n").encode() for name, table in tables.items()},
        "calibration.png": calibration_figure(found).png(),
    }


def _manifest(seed: int, quick: bool) -> bytes:
    """Whose folder it is, and with which versions it was made."""
    import json  # noqa: PLC0415

    from cogov_sim.origin import versions  # noqa: PLC0415

    return json.dumps({"kind": "calibration", "seed": seed, "quick": quick, "versions": versions()}, indent=2).encode()


def _report(found: Calibration) -> None:
    """T1-T4 on people that were not calibrated on, and the constants."""
    from cogov_sim.checks import VERDICTS  # noqa: PLC0415
    from cogov_sim.scenario.behaviour import BehaviourSettings  # noqa: PLC0415
    from cogov_sim.validation.calibration import calibration_checks  # noqa: PLC0415

    rows = calibration_checks(5, found.constants, found.effort.groups)
    _table(
        [Text("target", "目标"), Text("value", "数值"), Text("wanted", "要求"), Text("verdict", "结论")],
        [[f"{row.id} {row.what}", f"{row.value:.3f}", str(row.target), str(VERDICTS[row.verdict])] for row in rows],
    )  # fmt: skip
    _table(
        [Text("constant", "常数"), Text("fitted", "校准值"), Text("95% interval", "95% 区间"), Text("in use", "现用值")],
        [[name, f"{value:.4f}", "{:.3f} – {:.3f}".format(*found.interval(name)), f"{getattr(BehaviourSettings(), name):.4f}"]
         for name, value in found.constants.items()],
    )  # fmt: skip


def _table(headings: list[Text], rows: list[list[Any]]) -> None:
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(str(heading))
    for row in rows:
        table.add_row(*row)
    terminal.show(table, "")
