"""``cogov classroom``: two worlds side by side in a browser, without network."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from cogov_sim import terminal
from cogov_sim.language import Text, UserError, user_language
from cogov_sim.terminal import say

NEEDED = ("starlette", "uvicorn", "websockets")
TRIED = 20  # ports, one after the other


def classroom(
    *,
    port: Annotated[int, typer.Option(help="端口 / port")] = 8765,
    seed: Annotated[int, typer.Option(help="随机种子 / seed")] = 7,
    residents: Annotated[int, typer.Option(help="居民数 / number of residents")] = 4000,
    left: Annotated[str, typer.Option(help="左边的世界 / the world on the left")] = "government_run",
    right: Annotated[str, typer.Option(help="右边的世界 / the world on the right")] = "co_governance",
    prepare: Annotated[
        bool, typer.Option("--prepare", help="只编译规则，课前一晚使用 / compile the rules only, the evening before")
    ] = False,
    browser: Annotated[bool, typer.Option(help="打开浏览器 / open the browser")] = True,
) -> None:
    """课堂：浏览器中两个世界并排 / The classroom: two worlds side by side in a browser."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UserError(
            f"the classroom needs {', '.join(missing)}: pip install 'cogov_sim[classroom]'",
            f"课堂功能需要 {'、'.join(missing)}：pip install 'cogov_sim[classroom]'",
        )
    from cogov_sim.compiled.first_use import prepare_all  # noqa: PLC0415

    if prepare:
        prepare_all()
        say(Text("ready: tomorrow the classroom opens at once", "准备完毕：明天课堂可立即打开"))
        return
    from cogov_sim.classroom.room import Room  # noqa: PLC0415
    from cogov_sim.classroom.server import serve, token  # noqa: PLC0415
    from cogov_sim.classroom.session import Setup, check  # noqa: PLC0415

    setup = Setup(seed, residents, left, right)
    check(setup)
    free = _free(port)
    room = Room(setup, token(), prepare_all)
    address = f"http://127.0.0.1:{free}/#lang={user_language()}&key={room.token}"

    def ready() -> None:
        terminal.line(address)
        say(Text("the teacher's page; Ctrl-C ends the class", "教师页面；按 Ctrl-C 下课"))
        if browser:
            import webbrowser  # noqa: PLC0415

            webbrowser.open(address)

    serve(room, free, ready)


def _free(port: int) -> int:
    """The port, or the next that is free; says so where it is another.

    Raises:
        UserError: it is no port, or none of the next is free.
    """
    import socket  # noqa: PLC0415 - not before it is needed: help is to appear at once, wherever it is asked for

    if not 1 <= port <= 65_535:
        raise UserError(
            f"--port {port} is not allowed; allowed: 1 to 65535", f"--port {port} 不被允许；允许：1 至 65535"
        )
    for one in range(port, min(port + TRIED, 65_536)):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", one))
            except OSError:
                continue
        if one != port:
            say(Text(f"port {port} is taken; using {one}", f"端口 {port} 已被占用，改用 {one}"))
        return one
    raise UserError(
        f"--port {port}: it and the next {TRIED - 1} are taken", f"--port {port}：该端口及其后 {TRIED - 1} 个均被占用"
    )
