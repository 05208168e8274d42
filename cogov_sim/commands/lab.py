"""``cogov lab``: the classical experiments, on the very rules that residents follow in the field."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cogov_sim import terminal
from cogov_sim.inputs import half_width, user_path
from cogov_sim.language import Text, UserError, cut
from cogov_sim.terminal import say

if TYPE_CHECKING:
    import pandas as pd

EXPERIMENTS = {
    "public-goods": Text("linear public-goods game and its variations", "线性公共品博弈及其变式"),
    "strategy-method": Text("who gives how much if others give so much: types of cooperators", "他人给多少我给多少：合作者类型"),
    "types": Text("do types drift: tables filled again after ten rounds and after five years in the field", "类型会漂移吗：十轮之后、实地五年之后重填倾向表"),
    "vote": Text("villages choose a project by meeting or by direct vote (Olken)", "村庄以会议或直接投票选项目（Olken）"),
    "provision": Text("good public services and self-efficacy against own help (Parrado et al.)", "公共服务绩效、效能感与居民出力（Parrado 等）"),
    "fundraising": Text("letters asking for gifts, with a match or a rebate (Karlan & List)", "募捐信的配比与返还（Karlan & List）"),
}  # fmt: skip
FOLDER = Path("results/lab")
"""Where figures go if no folder is given."""

lab = typer.Typer(
    help="实验室：居民规则能否再现经典实验 / The laboratory: classical experiments on the residents' rules.",
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Groups = Annotated[int, typer.Option(help="组数 / groups")]
_Size = Annotated[int, typer.Option(help="每组人数 / members of a group")]
_Periods = Annotated[int, typer.Option(help="期数 / periods")]
_Share = Annotated[float, typer.Option(help="0–1")]
_Maybe = Annotated[float | None, typer.Option(help="0–1；默认取中 / the middle if not given")]
_Rate = Annotated[float, typer.Option(help="每元配比，0–5 / added per token or yuan given")]
_Hassle = Annotated[float | None, typer.Option(help="出钱出力的麻烦；默认同实地 / trouble of giving; as in the field if not given")]  # fmt: skip
_Behaviour = Annotated[str, typer.Option(help="conditional, payoff_learning")]
_Rng = Annotated[int, typer.Option("--rng", "--seed", help="随机种子 / seed")]
_Plot = Annotated[bool, typer.Option("--plot", help="画图，与已发表结果对照 / draw it over the published figures")]
_Out = Annotated[
    Path | None, typer.Option(parser=user_path, metavar="PATH", help="输出目录，写入 CSV / folder for the rows as CSV")
]


@lab.callback()
def _list(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        width = max(map(len, EXPERIMENTS))
        for name, text in EXPERIMENTS.items():
            terminal.line(f"{name:<{width}}  {text.zh} / {text.en}")


@lab.command("public-goods")
def public_goods(
    *,
    groups: _Groups = 200,
    group_size: _Size = 4,
    periods: _Periods = 10,
    endowment: Annotated[float, typer.Option(help="每期筹码均值 / mean tokens per period")] = 20.0,
    mpcr: Annotated[float, typer.Option(help="边际人均回报，至 1 / marginal per-capita return, up to 1")] = 0.4,
    matching: Annotated[str, typer.Option(help="strangers, partners, sorted")] = "strangers",
    communication: Annotated[str, typer.Option(help="none, written, face_to_face")] = "none",
    familiarity: _Share = 0.0,
    recognition: _Share = 0.0,
    sanction: _Share = 0.0,
    reward: _Share = 0.0,
    match_rate: _Rate = 0.0,
    forced: Annotated[float, typer.Option(help="强制征收的比例，0–1 / share collected by force")] = 0.0,
    efficacy: _Maybe = None,
    trust: _Maybe = None,
    endowments: Annotated[str, typer.Option(help="equal, unequal")] = "equal",
    schedules: Annotated[str | None, typer.Option(metavar="TYPE=SHARE,...", help="类型比例，如 conditional=0.5,free_rider=0.5 / shares of types; the rest are others")] = None,
    games: Annotated[int, typer.Option(help="同一批人先后进行的局数 / games that the same people play one after the other")] = 1,
    behaviour: _Behaviour = "conditional",
    rng: _Rng = 0,
    plot: _Plot = False,
    out: _Out = None,
) -> None:  # fmt: skip
    """线性公共品博弈及其变式 / The linear public-goods game and its variations."""
    arguments = _arguments(locals())
    arguments["schedules"] = None if schedules is None else _shares(schedules)
    frame = _run("public_goods", arguments)
    from cogov_sim.society.datafiles import read_json  # noqa: PLC0415

    people = read_json("fischbacher_gachter_2010.json")["calibration_sessions"]
    periods_of, rounds = frame.groupby("period"), periods * games
    table = {
        Text("period", "期"): [f"{number}" for number in range(1, rounds + 1)],
        Text("contribution", "贡献"): _numbers(periods_of["contribution"].mean()),
        Text("people: gave*", "人群贡献*"): _numbers(people["mean_contribution"][:periods], rounds),
        Text("give nothing", "不贡献"): _shares_of(periods_of["contribution"].apply(lambda given: (given == 0).mean())),
        Text("people: nothing*", "人群不贡献*"): _shares_of(people["share_zero"][:periods], rounds),
        Text("belief", "信念"): _numbers(periods_of["belief"].mean()),
        Text("payoff", "收益"): _numbers(periods_of["payoff"].mean()),
    }
    _show(
        table,
        Text(
            "* bare game, 20 tokens (Fischbacher & Gächter 2010)", "* 基准博弈，20 个筹码（Fischbacher & Gächter 2010）"
        ),
    )
    again = {name: value for name, value in arguments.items() if name not in ("groups", "rng")}
    drawn = (frame, _run("repeated", again)) if plot else ()
    _keep("public-goods", frame, drawn, plot, out)


@lab.command("strategy-method")
def strategy_method(
    *,
    n: Annotated[int, typer.Option(help="被试人数 / subjects")] = 1000,
    rng: _Rng = 0,
    plot: _Plot = False,
    out: _Out = None,
) -> None:
    """他人给多少我给多少：合作者类型 / Types of cooperators by the strategy method."""
    tables = _run("strategy_method", _arguments(locals()))
    from cogov_sim.report.laboratory import TYPES  # noqa: PLC0415
    from cogov_sim.society.datafiles import read_json  # noqa: PLC0415

    people = read_json("fischbacher_gachter_2010.json")["published_all_sessions"]["type_share"]
    drawn, found = (tables[by].value_counts(normalize=True) for by in ("type", "classified"))
    table = {
        Text("type", "类型"): [label.both for _, label in TYPES.values()],
        Text("drawn", "抽取"): _shares_of(drawn.reindex(list(TYPES), fill_value=0.0)),
        Text("classified", "分类"): _shares_of(found.reindex(list(TYPES), fill_value=0.0)),
        Text("people*", "人群*"): _shares_of([people[key] for key, _ in TYPES.values()]),
    }
    _show(table, Text("* Fischbacher & Gächter 2010, n = 140", "* Fischbacher & Gächter 2010，n = 140"))
    _keep("strategy-method", tables, (tables,), plot, out)


@lab.command("types")
def types(
    *,
    rounds: Annotated[int, typer.Option(help="实验室轮数 / rounds in the laboratory")] = 10,
    months: Annotated[int, typer.Option(help="实地月数 / months in the field")] = 60,
    residents: Annotated[int, typer.Option(help="居民数 / residents")] = 5000,
    seeds: Annotated[int, typer.Option(help="种子个数 / seeds")] = 4,
    rng: Annotated[int, typer.Option("--rng", "--seed", help="首个种子 / the first seed")] = 0,
    out: _Out = None,
) -> None:
    """类型会漂移吗：事后重填倾向表 / Do types drift: tables filled again, afterwards."""
    _claim(False, out)
    from cogov_sim.experiments.drift import QUANTITIES, types_drift  # noqa: PLC0415
    from cogov_sim.report.drift import cells, place_text  # noqa: PLC0415

    frame = types_drift(rounds, months, residents, seeds, rng)
    lines = [(place_text(row["place"]), QUANTITIES[row["quantity"]], *cells(row)) for _, row in frame.iterrows()]
    heads = (Text("where", "何处"), Text("what", "内容"), Text("before", "之前"), Text("after", "之后"))
    columns = (*heads, Text("after minus before", "之后减之前"))
    table = {
        head: [part.both if isinstance(part, Text) else part for part in own]
        for head, own in zip(columns, zip(*lines, strict=True), strict=True)
    }
    _show(table, Text(f"mean and 95% interval over {seeds} seeds", f"{seeds} 个种子的均值与 95% 区间"))
    _keep("types", frame, (), False, out)


@lab.command("vote")
def vote(
    *,
    villages: Annotated[int, typer.Option(help="村庄数 / villages")] = 49,
    residents: Annotated[int, typer.Option(help="每村平均居民数 / mean residents of a village")] = 300,
    representatives: Annotated[float, typer.Option(help="受邀参会的居民比例 / share invited to the meeting")] = 0.1,
    gain: Annotated[float, typer.Option(help="项目补足缺口的比例 / share of the gap that a project closes")] = 0.5,
    behaviour: _Behaviour = "conditional",
    rng: _Rng = 0,
    plot: _Plot = False,
    out: _Out = None,
) -> None:
    """村庄以会议或直接投票选项目 / Villages choose a project by meeting or by direct vote."""
    arguments = _arguments(locals())
    frame = _run("vote", arguments)
    arms = frame.groupby("arm", sort=False)[["satisfaction", "had_say", "performance"]].mean()
    project = frame["project"].astype(str).groupby(frame["village"]).nunique()
    table = {
        Text("arm", "方式"): [Text("meeting", "会议").both, Text("vote", "投票").both],
        Text("satisfaction", "满意度"): [f"{value:.2f}" for value in arms["satisfaction"]],
        Text("had a say", "有发言机会"): _shares_of(arms["had_say"]),
        Text("services", "服务绩效"): [f"{value:.3f}" for value in arms["performance"]],
    }
    same = f"{(project == 1).mean():.0%}"
    _show(table, Text(f"{same} of villages choose the same project in both", f"{same} 的村庄两种方式选出相同项目"))
    _keep("vote", frame, (frame,), plot, out)


@lab.command("provision")
def provision(
    *,
    performance: Annotated[float, typer.Option(help="公共服务质量，0–1 / quality of the public service")] = 0.5,
    efficacy: _Share = 0.5,
    neighbourhoods: Annotated[int, typer.Option(help="街坊数 / neighbourhoods")] = 100,
    residents: Annotated[int, typer.Option(help="每街坊居民数 / residents of each")] = 20,
    months: Annotated[int, typer.Option(help="月数 / months")] = 12,
    familiarity: _Share = 0.5,
    visibility: _Share = 0.25,
    hassle: _Hassle = None,
    behaviour: _Behaviour = "conditional",
    rng: _Rng = 0,
    plot: _Plot = False,
    out: _Out = None,
) -> None:
    """公共服务绩效、效能感与居民出力 / Public performance, self-efficacy and own help."""
    arguments = _arguments(locals())
    frame = _run("provision", arguments)
    by_type = frame.groupby("type", observed=True)["contribution"]
    from cogov_sim.report.laboratory import TYPES  # noqa: PLC0415

    table = {
        Text("type", "类型"): [TYPES[str(name)][1].both for name in by_type.groups] + [Text("all", "全体").both],
        Text("own help", "出力"): _shares_of([*by_type.mean(), frame["contribution"].mean()]),
        Text("give nothing", "不贡献"): _shares_of([*by_type.apply(_none), _none(frame["contribution"])]),
    }
    _show(table, Text("share of the fair share, all months", "占应摊份额的比例，全部月份"))
    quarters = (0.0, 0.25, 0.5, 0.75, 1.0)
    _keep("provision", frame, (_sweep(arguments, quarters),) if plot else (), plot, out)


def _none(given: pd.Series) -> float:
    return float((given == 0).mean())


def _sweep(arguments: dict[str, Any], levels: tuple[float, ...]) -> pd.DataFrame:
    """The experiment at several levels of performance, with low, middle and high efficacy."""
    import pandas as pd  # noqa: PLC0415

    conditions = [{"performance": p, "efficacy": e} for e in levels[1:-1] for p in levels]
    return pd.concat([_run("provision", arguments | condition) for condition in conditions], ignore_index=True)


@lab.command("fundraising")
def fundraising(
    *,
    letters: Annotated[int, typer.Option(help="信件数 / letters")] = 10_000,
    match_rate: _Rate = 0.0,
    rebate: Annotated[float, typer.Option(help="返还比例，0–1 / share of a gift paid back")] = 0.0,
    read: Annotated[float, typer.Option(help="被阅读的比例，0–1 / share of letters read")] = 0.2,
    suggested: Annotated[float, typer.Option(help="建议捐款额，元 / suggested gift, yuan")] = 100.0,
    burden: Annotated[float, typer.Option(help="建议额占每月可支配资源 / that gift relative to spare means")] = 0.1,
    hassle: _Hassle = None,
    earlier: Annotated[int, typer.Option(help="此前的信件数；0 为初始信念 / letters before; 0: first-day beliefs")] = 10,
    behaviour: _Behaviour = "conditional",
    rng: _Rng = 0,
    plot: _Plot = False,
    out: _Out = None,
) -> None:  # fmt: skip
    """募捐信的配比与返还 / Letters asking for gifts, with a match or a rebate."""
    arguments = _arguments(locals())
    plain, frame = (_run("fundraising", arguments | arm) for arm in ({"match_rate": 0.0, "rebate": 0.0}, {}))
    offers = [plain, frame]
    table = {
        Text("letter", "信"): [Text("plain", "普通").both, Text("this offer", "本次条件").both],
        Text("answered", "回应率"): [f"{offer['gave'].mean():.2%}" for offer in offers],
        Text("gift per letter", "每封捐款"): [f"{offer['gift'].mean():.3f}" for offer in offers],
        Text("cost to donors", "捐款人负担"): [f"{offer['cost'].mean():.3f}" for offer in offers],
        Text("arrives", "到账"): [f"{offer['received'].mean():.3f}" for offer in offers],
    }
    _show(table, Text("yuan a letter", "元/封"))
    _keep("fundraising", frame, (_offers(arguments),) if plot else (), plot, out)


def _offers(arguments: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """The same letters plain, with matches of 1:1, 2:1 and 3:1, and with a rebate of one half."""
    offers = {
        "plain": (0.0, 0.0),
        "match 1": (1.0, 0.0),
        "match 2": (2.0, 0.0),
        "match 3": (3.0, 0.0),
        "rebate": (0.0, 0.5),
    }
    return {
        name: _run("fundraising", arguments | {"match_rate": match, "rebate": rebate})
        for name, (match, rebate) in offers.items()
    }


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    """What goes to the experiment, of all that was typed; the folder is claimed on the way."""
    _claim(given["plot"], given["out"])
    return {name: value for name, value in given.items() if name not in ("plot", "out")}


def _run(name: str, arguments: dict[str, Any]) -> pd.DataFrame:
    from cogov_sim import lab as experiments  # noqa: PLC0415

    frame: pd.DataFrame = getattr(experiments, name)(**arguments)
    return frame


def _shares(text: str) -> dict[str, float]:
    """Shares of types written as ``conditional=0.5,free_rider=0.3``."""
    try:
        return {name.strip(): float(share) for name, share in (part.split("=") for part in half_width(text).split(","))}
    except ValueError as error:
        raise UserError(
            f"--schedules {cut(text)}: write types and shares such as conditional=0.5,free_rider=0.3",
            f"--schedules {cut(text)}：请写类型与比例，如 conditional=0.5,free_rider=0.3",
        ) from error


def _numbers(values: Any, count: int | None = None) -> list[str]:
    """Numbers with two decimals; blank beyond the last, up to ``count``."""
    return _cells([f"{value:.2f}" for value in values], count)


def _shares_of(values: Any, count: int | None = None) -> list[str]:
    """Shares in per cent; blank beyond the last, up to ``count``."""
    return _cells([f"{value:.1%}" for value in values], count)


def _cells(cells: list[str], count: int | None) -> list[str]:
    return cells if count is None else (cells + [""] * count)[:count]


def _show(columns: dict[Text, list[str]], below: Text) -> None:
    """A short table in both languages."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(columns):
        table.add_column(f"{heading.zh}\n{heading.en}", justify="right" if place else "left")
    for cells in zip(*columns.values(), strict=True):
        table.add_row(*cells)
    terminal.show(table)
    terminal.line(f"{below.zh} / {below.en}")


def _claim(plot: bool, out: Path | None) -> None:
    """Find out that a folder cannot be written before anything is played, not after."""
    if plot or out is not None:
        from cogov_sim.experiments.folders import make_writable  # noqa: PLC0415

        make_writable(FOLDER if out is None else out)


def _keep(name: str, rows: pd.DataFrame, drawn: tuple[Any, ...], plot: bool, out: Path | None) -> None:
    """Write the rows where a folder is given, and the figure where one is asked for."""
    if out is None and not plot:
        return
    from cogov_sim.experiments import folders  # noqa: PLC0415

    folder = FOLDER if out is None else out
    written = []
    with folders.writing(folder):
        if out is not None:
            csv = rows.to_csv(index=False)
            folders.write_whole(folder / f"{name}.csv", partial(Path.write_text, data=csv, encoding="utf-8"))
            written.append(f"{name}.csv")
        if plot:
            from cogov_sim.report import laboratory  # noqa: PLC0415

            picture = getattr(laboratory, f"{name.replace('-', '_')}_figure")(*drawn).png()
            folders.write_whole(folder / f"{name}.png", partial(Path.write_bytes, data=picture))
            written.append(f"{name}.png")
    files = ", ".join(str(folder / file) for file in written)
    say(Text(f"written: {files}", f"已写入：{files}"))
