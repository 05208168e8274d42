"""The command line: ``cogov scenarios | show | run | compare | explain | lab | calibrate | boundary | ablate | ...``.

Nothing heavy is imported here; every command brings in what it needs, so that help appears at once.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cogov_sim import __version__, terminal
from cogov_sim.commands.ablate import ablate
from cogov_sim.commands.boundary import boundary
from cogov_sim.commands.calibrate import calibrate
from cogov_sim.commands.classroom import classroom
from cogov_sim.commands.lab import lab
from cogov_sim.commands.rollout import rollout
from cogov_sim.commands.sensitivity import sensitivity
from cogov_sim.commands.validate import validate
from cogov_sim.commands.where import where
from cogov_sim.inputs import half_width_numbers, user_path
from cogov_sim.language import INTERRUPTED, SIGNALS, Notice, Text, UserError, asked_to_end, cut
from cogov_sim.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

app = typer.Typer(
    name="cogov",
    help="两个世界，同一个社会：政府包办与互动共治的模拟比较 / Two ways of governing one society, simulated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LANGUAGES = ("en", "zh")

_Scenario = Annotated[str, typer.Argument(help="名称、.toml 文件或 名称-制度 / name, .toml file or name-institution")]
_Scenarios = Annotated[list[str], typer.Argument(help="情景，第一个为基准 / scenarios, the first is the baseline")]
_Months = Annotated[int, typer.Option(help="月数 / months")]
_Residents = Annotated[int | None, typer.Option(help="居民数 / number of residents")]
_Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="改一个值，可重复 / change a value")]
_Out = Annotated[Path | None, typer.Option(parser=user_path, metavar="PATH", help="输出目录 / folder for the results")]


def _version(wanted: bool) -> None:
    if wanted:
        terminal.line(f"cogov {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    lang: Annotated[str | None, typer.Option(metavar="en|zh", help="语言 / language (COGOV_LANG)")] = None,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / version")] = False,
) -> None:
    if lang is not None:
        if lang not in LANGUAGES:
            raise UserError(f"--lang {cut(lang)}: write en or zh", f"--lang {cut(lang)}：请写 en 或 zh")
        os.environ["COGOV_LANG"] = lang


@app.command()
def scenarios() -> None:
    """列出现成的情景 / List the ready scenarios."""
    from cogov_sim.scenario import available  # noqa: PLC0415

    found = available()
    width = max((len(name) for name, _ in found), default=0)
    for name, title in found:
        terminal.line(f"{name:<{width}}  {title.zh} / {title.en}")


@app.command()
def show(scenario: _Scenario, changes: _Set = None) -> None:
    """展示情景的全部取值及来源 / Show every value of a scenario and where it comes from."""
    from cogov_sim.report.tables import scenario_rows  # noqa: PLC0415
    from cogov_sim.scenario import Scenario  # noqa: PLC0415

    loaded = Scenario.load(scenario, changes=changes)
    terminal.show(f"{loaded.name}: {loaded.title.zh} / {loaded.title.en}", scenario_rows(loaded.rows()))


@app.command()
def schema() -> None:
    """输出情景文件的 JSON Schema，供编辑器使用 / Print the JSON Schema of scenario files, for editors."""
    import json  # noqa: PLC0415

    from cogov_sim.scenario import json_schema  # noqa: PLC0415

    terminal.document(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def prepare() -> None:
    """预先编译居民规则 / Compile the residents' rules, so that no later command has to."""
    say(
        Text("the rules are compiled", "规则已编译")
        if _compiled()
        else Text("nothing to do: the rules are compiled already", "无需处理：规则此前已编译")
    )


@app.command()
def docs(
    out: Annotated[
        Path, typer.Option(parser=user_path, metavar="PATH", help="文档目录 / folder of the documents")
    ] = Path("docs"),
) -> None:
    """重新生成参数表、制度页与 JSON Schema / Write the generated documents anew: tables, institutions, JSON Schema."""
    from cogov_sim.experiments.folders import make_writable, writing  # noqa: PLC0415
    from cogov_sim.report.institutions import write_institutions  # noqa: PLC0415
    from cogov_sim.report.reference import write_reference  # noqa: PLC0415

    make_writable(out)
    with writing(out):
        written = write_reference(out)
        write_institutions(out)
    say(Text(f"written to {written.parent}", f"已写入 {written.parent}"))


@app.command()
def run(
    scenario: _Scenario,
    *,
    months: _Months = 60,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 1,
    residents: _Residents = None,
    changes: _Set = None,
    out: _Out = None,
    watch: Annotated[
        list[int] | None, typer.Option(help="跟踪某位居民，可重复 / a resident to follow, may be repeated")
    ] = None,
    events: Annotated[bool, typer.Option("--events", help="记录发生的事 / record what happens")] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的运行 / replace an earlier run")] = False,
) -> None:
    """运行一个世界 / Run one world."""
    from cogov_sim.experiments.worlds import check_money, resolve, say_if_small  # noqa: PLC0415
    from cogov_sim.inputs import check_count, check_seed  # noqa: PLC0415

    months, seed = check_count("months", months), check_seed(seed)
    (_, loaded) = resolve([scenario], residents=residents, changes=changes)[0]
    check_money(loaded, loaded.name, months)
    if out is not None:
        from cogov_sim.experiments.store import check_run_folder  # noqa: PLC0415

        check_run_folder(out, force=force)
    say_if_small([loaded])
    _compiled()
    start = time.perf_counter()
    model = _simulated(loaded, seed, months, watch or [], events=events)
    try:
        seconds = time.perf_counter() - start
        try:
            if out is not None:
                from cogov_sim.experiments.store import write_run  # noqa: PLC0415

                write_run(model, out, seed=seed, seconds=seconds, force=force)
        finally:  # whatever is wrong with the folder, the numbers are seen
            _show_run(model, months, seconds)
            _tell(model)
        if out is not None:
            say(Text(f"written to {out}", f"已写入 {out}"))
    finally:
        model.close()


def _compiled() -> bool:
    """Compile what is missing before the clock runs; whether there was anything."""
    from cogov_sim.compiled.first_use import prepare_all  # noqa: PLC0415

    return prepare_all()


def _simulated(scenario: Any, seed: int, months: int, watch: Sequence[int] = (), *, events: bool = False) -> Any:
    """A model that has run; a bar on a terminal."""
    from cogov_sim.experiments.progress import Progress  # noqa: PLC0415
    from cogov_sim.model import CoGovModel  # noqa: PLC0415

    model = CoGovModel(scenario=scenario, rng=seed, from_day_one=True, watch=watch, events=events)
    months -= model.month  # those before the reform
    with Progress(months, show=sys.stderr.isatty(), what=Text("months", "月")) as bar:
        for _ in range(months):
            model.step()
            bar.advance()
    return model


def _show_run(model: Any, months: int, seconds: float) -> None:
    from cogov_sim.report.tables import run_table  # noqa: PLC0415

    title = model.scenario.title
    terminal.show(f"{title.zh} / {title.en}", run_table(model.measures))
    say(Text(f"{months} months in {seconds:.1f} s", f"{months} 个月用时 {seconds:.1f} 秒"))


TOLD = 12  # months, events and sentences that a run prints; all of them are in --out


def _tell(model: Any) -> None:
    """What those who are watched went through lately, and what happened."""
    diary = model.residents.diary
    for i in () if diary is None else diary.who:
        told = [one for one in diary.reasons(i) if one.month > max(0, model.month - TOLD)]
        lately = min(TOLD, model.month)
        said = Text(f"resident {i}, the last {lately} months:", f"居民 {i}，最近 {lately} 个月：")
        terminal.line(str(said))
        for one in told:
            month = Text(f"month {one.month}", f"第 {one.month} 个月")
            terminal.line(f"  {month}  {one}")
        if not told:
            terminal.line(str(Text("  no matter was open to it", "  没有可参与的事项")))
    if model.records_events:
        from cogov_sim.commons.events import sentence  # noqa: PLC0415

        terminal.line(
            str(Text(f"{len(model.events)} events, the last of them:", f"共 {len(model.events)} 件事，最近的是："))
        )
        for event in model.events[-TOLD:]:
            month = Text(f"month {event.month}", f"第 {event.month} 个月")
            terminal.line(f"  {month}  {sentence(event, model.society.units)}")


@app.command()
def compare(
    scenarios: _Scenarios,
    *,
    months: _Months = 60,
    seeds: Annotated[str, typer.Option(help="种子个数，或 3,5,8 这样的列表 / how many seeds, or a list 3,5,8")] = "20",
    workers: Annotated[int, typer.Option(help="并行进程数 / processes")] = 1,
    residents: _Residents = None,
    changes: _Set = None,
    by: Annotated[
        str | None, typer.Option(help="按居民分组：kind、income、age、newcomer、owner / by groups of residents")
    ] = None,
    out: _Out = None,
) -> None:
    """用相同的种子比较几个世界，可续跑 / Compare worlds over the same seeds; resumes in --out."""
    from cogov_sim.experiments import RunsFailed  # noqa: PLC0415
    from cogov_sim.experiments import compare as compare_worlds  # noqa: PLC0415
    from cogov_sim.experiments.by_group import check_by  # noqa: PLC0415
    from cogov_sim.report.tables import by_group_table, comparison_table, two_by_two_table  # noqa: PLC0415

    if by is not None:
        check_by(by)

    try:
        comparison = compare_worlds(
            scenarios,
            seeds=_seeds(seeds),
            months=months,
            workers=workers,
            residents=residents,
            changes=changes,
            out=out,
        )
    except KeyboardInterrupt:
        _say_kept(out)
        raise typer.Exit(INTERRUPTED) from None
    terminal.show(comparison_table(comparison))
    if (square := two_by_two_table(comparison)) is not None:
        terminal.show(square)
    if by is not None:
        terminal.show(by_group_table(comparison.by(by), by, {world.name: world.title for world in comparison.worlds}))
    if out is None:
        say(
            Text(
                "nothing was kept; add --out DIR to keep runs and figures",
                "结果未保存；加 --out 目录 可保存运行与图",
            )
        )
    else:
        say(Text(f"written to {out}: runs, tables, figures", f"已写入 {out}：运行、表格、图"))
    if comparison.failures:
        raise typer.Exit(RunsFailed.exit_code)


def _seeds(text: str) -> int | list[int]:
    """A count, or a list written with commas."""
    try:
        return [int(part) for part in text.split(",")] if "," in text else int(text)
    except ValueError as error:
        raise UserError(
            f"--seeds {cut(text)}: write how many (20) or which (3,5,8)",
            f"--seeds {cut(text)}：请写个数（20）或列表（3,5,8）",
        ) from error


def _say_kept(out: Path | None) -> None:
    """After an interruption: what is kept and how to go on."""
    if out is None:
        say(Text("stopped; nothing was kept for lack of --out", "已停止；未指定 --out，结果未保存"))
        return
    from cogov_sim.experiments.folders import read_manifest  # noqa: PLC0415

    manifest = read_manifest(out) or {}
    done, runs = manifest.get("runs_done", 0), manifest.get("runs", 0)
    say(
        Text(
            f"stopped; {done} of {runs} runs are kept in {out}, the same command goes on from there",
            f"已停止；{out} 中保留了 {runs} 次运行中的 {done} 次，用同一条命令可继续",
        )
    )


@app.command()
def explain(
    scenario: Annotated[str, typer.Argument(help="情景 / scenario")] = "co_governance",
    months: _Months = 6,
    residents: _Residents = None,
    changes: _Set = None,
) -> None:
    """一个月分几步，谁行动，各用多少时间 / The month as a table, and the time each part takes."""
    from cogov_sim.experiments.worlds import check_money, resolve  # noqa: PLC0415
    from cogov_sim.inputs import check_count  # noqa: PLC0415
    from cogov_sim.model import CoGovModel  # noqa: PLC0415
    from cogov_sim.month import month_of  # noqa: PLC0415
    from cogov_sim.report.tables import month_table, timing_table  # noqa: PLC0415

    months = check_count("months", months)
    (_, loaded) = resolve([scenario], residents=residents, changes=changes)[0]
    check_money(loaded, loaded.name, months)
    terminal.show(month_table(month_of(loaded.institutions)))
    CoGovModel(scenario=loaded, rng=1, residents=300).run(2).close()  # compiles, so that the table shows running times
    model = _simulated(loaded, 1, months)
    try:
        count = model.society.units.n_residents
        heading = Text(f"{loaded.name}, {count} residents", f"{loaded.name}，{count} 位居民")
        terminal.show("", str(heading), timing_table(model.parts, model.timings, months))
    finally:
        model.close()


app.command("ablate")(ablate)
app.command("rollout")(rollout)
app.command("where")(where)
app.command("classroom")(classroom)
app.command("boundary")(boundary)
app.command("calibrate")(calibrate)
app.add_typer(lab, name="lab")
app.command("sensitivity")(sensitivity)
app.command("validate")(validate)


def _ended(number: int, _frame: object) -> None:
    raise SystemExit(SIGNALS + number)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0: done; 1: done, but runs failed, which are listed; 2: the user can put something right, said in one sentence;
    130: interrupted.
    """
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _ended)  # so that what is finished is written
    terminal.prepare()
    os.environ["MPLBACKEND"] = "agg"  # no window opens; a notebook's shell hands on a name that may not be installed
    try:
        _stand_somewhere()
        typed = half_width_numbers(list(sys.argv[1:] if arguments is None else arguments))
        with _notices():
            code = app(args=_language_first(typed), prog_name="cogov", standalone_mode=False)
        terminal.flush()
        return int(code or 0)
    except BrokenPipeError:  # of the help, which Typer prints
        terminal.flush()
        return 0
    except (Exception, KeyboardInterrupt) as error:
        if (code := _said(error)) is None:
            raise
        return code


def _said(error: BaseException) -> int | None:
    """Say what ended a command, and give the exit code; None for a fault of our own."""
    if isinstance(error, UserError):
        return _fail(error.text, error.exit_code)
    ending = INTERRUPTED if isinstance(error, typer.Abort) else asked_to_end(error)
    if ending == INTERRUPTED:
        say(Text("stopped", "已停止"))
    if ending is not None:
        return ending
    from cogov_sim.usage import usage_text  # noqa: PLC0415

    said = usage_text(error)
    if isinstance(error, MemoryError):
        said = Text(
            "out of memory: take fewer residents (--residents) or fewer --workers",
            "内存不足：请减少居民数（--residents）或 --workers",
        )
    elif isinstance(error, OSError) and error.errno in _FULL and error.filename is None:  # Typer's help
        said = terminal.unwritten(error).text
    return None if said is None else _fail(said)


def _stand_somewhere() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise UserError(
            "the folder in which this was started no longer exists; go to another one",
            "启动命令所在的目录已不存在，请先换到别的目录",
        ) from error


#: What the system says where nothing more can be written.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def _language_first(rest: list[str]) -> list[str]:
    """``--lang`` may stand anywhere, and it holds for what is said of the other arguments, too."""
    first: list[str] = []
    for place, argument in enumerate(rest):
        if argument == "--lang" or argument.startswith("--lang="):
            count = 2 if argument == "--lang" else 1
            first = rest[place : place + count]
            del rest[place : place + count]
            break
    wanted = first[-1].removeprefix("--lang=") if first else ""
    if wanted in LANGUAGES:
        os.environ["COGOV_LANG"] = wanted
    return first + rest


def _fail(sentence: Text, code: int = UserError.exit_code) -> int:
    say(Text(f"cogov: {sentence.en}", f"cogov: {sentence.zh}"))
    return code


@contextlib.contextmanager
def _notices() -> Iterator[None]:
    """Within it what the user should know is a plain line, without the place in the code that a warning names."""
    usual = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
        if isinstance(message, Notice):
            say(Text(f"cogov: {message.text.en}", f"cogov: {message.text.zh}"))
        else:
            usual(message, category, *rest, **more)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


if __name__ == "__main__":
    sys.exit(main())
