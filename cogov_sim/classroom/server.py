"""The classroom's server: one page, one socket, one class; nothing from the network is a path, a name of a file, or code."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from cogov_sim.classroom.room import Room

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "woff2": "font/woff2", "svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TOO_MANY, REFUSED = 4429, 403


def token() -> str:
    """A teacher's token, which the address carries behind ``#``."""
    return secrets.token_urlsafe(18)


def allowed_hosts(port: int, others: tuple[str, ...] = ()) -> frozenset[str]:
    """The names under which the server answers."""
    return frozenset(f"{name}:{port}" for name in (*LOOPBACK, *others))


class Guard:
    """Only requests that name this server as their host, and come from its own page, get through; every answer says what a page may load."""

    def __init__(self, app: Any, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        said: Mapping[bytes, bytes] = dict(scope["headers"])
        host = said.get(b"host", b"").decode("latin-1")
        origin = said.get(b"origin")
        needed = scope["type"] == "websocket"
        fits = host in self._hosts and (origin == f"http://{host}".encode() or (origin is None and not needed))
        if fits:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": REFUSED + 4000})
        else:
            await PlainTextResponse("403", REFUSED)(scope, receive, _with_headers(send))


def _with_headers(send: Any) -> Any:
    async def sends(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *((k.lower().encode(), v.encode()) for k, v in HEADERS.items())]
        await send(message)

    return sends


def static_files() -> dict[str, tuple[bytes, str]]:
    """Everything that the page is made of, by name, with its type; read once."""
    folder = files("cogov_sim.classroom") / "static"
    found = {}
    for one in folder.iterdir():
        kind = one.name.rpartition(".")[2]
        if kind in TYPES:
            found[one.name] = one.read_bytes(), TYPES[kind]
    return found | {"font.otf": ((files("cogov_sim.report") / "CoGovSansSC-Regular.otf").read_bytes(), "font/otf")}


def make_app(room: Room, hosts: frozenset[str]) -> Any:
    """The application.

    Args:
        room: the class.
        hosts: names under which it answers (``allowed_hosts``).
    """
    pages = static_files()

    async def page(request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in pages:
            return PlainTextResponse("404", 404)
        content, kind = pages[name]
        return Response(content, media_type=kind)

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        room.open()
        yield
        await room.close()

    async def talk(socket: WebSocket) -> None:
        await _talk(room, socket)

    routes = [Route("/", page), Route("/{name}", page), WebSocketRoute("/ws", talk)]
    return Guard(Starlette(routes=routes, lifespan=life), hosts)


async def _talk(room: Room, socket: WebSocket) -> None:
    """One page, from its first word to its last."""
    await socket.accept()
    page = room.welcome(socket, socket.client.host if socket.client else "")
    if page is None:
        await socket.close(TOO_MANY)
        return
    sending = asyncio.create_task(page.send_all())
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                break
            await room.answer(page, message.get("text") or message.get("bytes") or "")
    except WebSocketDisconnect:
        pass
    finally:
        room.leave(page)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


def serve(room: Room, port: int, ready: Callable[[], None], host: str = "127.0.0.1") -> None:
    """Serve a class until Ctrl-C.

    Args:
        room: the class.
        port: which is free.
        ready: called once the page can be opened.
        host: the address to listen at.
    """
    import uvicorn  # noqa: PLC0415

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            ready()

    config = uvicorn.Config(
        make_app(room, allowed_hosts(port)), host=host, port=port, log_level="warning", ws="websockets-sansio", ws_max_size=4096,
        ws_ping_interval=20, timeout_graceful_shutdown=1, server_header=False,
    )  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()
