"""What the program says, on a terminal, into a file or a pipe, in any encoding. Saying something never ends a command."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from cogov_sim import reasons
from cogov_sim.language import Text, UserError, plain

if TYPE_CHECKING:
    from rich.console import Console

#: Columns where there is no terminal: wide enough that no table is folded.
WIDE = 400

#: ASCII for signs that an encoding lacks and that must not be lost: above all the minus of a number.
_ASCII = {
    "−": "-", "–": "-", "—": "-", "×": "x", "≥": ">=", "≤": "<=", "≈": "~", "→": "->", "↑": "up", "↓": "down", "…": "...",
    "“": '"', "”": '"', "‘": "'", "’": "'", "·": "*", "√": "sqrt", "±": "+-",
}  # fmt: skip


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What stands for signs that an encoding lacks: ASCII that reads alike, else a question mark each."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_near, error.object[error.start : error.end])), error.end


def _near(sign: str) -> str:
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return _ASCII.get(sign) or letters or "?"


codecs.register_error("cogov-nearest", _nearest)


def prepare() -> None:
    """Make both streams take every text: in encodings that lack a sign (GBK, cp1252, ASCII), and if they are closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (for as long as the program runs)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="cogov-nearest")


def say(text: Text) -> None:
    """One line for the user on standard error: beside the results, not among them."""
    with _unbroken(sys.stderr):
        print(plain(str(text)), file=sys.stderr)


def line(text: str) -> None:
    """Text on standard output as it is."""
    with _unbroken(sys.stdout):
        print(text)


def document(text: str) -> None:
    """A text for another program on standard output: on a terminal as ``line``, in a file or pipe always UTF-8."""
    stream: Any = sys.stdout
    before, errors, redirected = stream.encoding, stream.errors, not stream.isatty() and hasattr(stream, "reconfigure")
    if redirected:
        stream.reconfigure(encoding="utf-8", errors=errors)
    line(text)
    if redirected:
        stream.reconfigure(encoding=before, errors=errors)


def show(*pieces: Any) -> None:
    """Tables and lines on standard output; square brackets and colons in them mean nothing but themselves."""
    with _unbroken(sys.stdout):
        shown = console()
        for piece in pieces:
            shown.print(piece)


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or ``WIDE`` where there is none, that a closed pipe does not end."""
    from rich.console import Console  # noqa: PLC0415 - help appears at once without it

    class Unbroken(Console):
        def on_broken_pipe(self) -> None:
            _silence(self.file)

    stream = sys.stderr if stderr else sys.stdout
    return Unbroken(stderr=stderr, markup=False, emoji=False, width=None if stream.isatty() else WIDE)


@contextlib.contextmanager
def _unbroken(stream: TextIO) -> Iterator[None]:
    """Whoever reads this may stop reading; that full disks lose results is said."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        if stream is sys.stdout:
            raise unwritten(error) from error


def unwritten(error: OSError) -> UserError:
    """The sentence for a standard output that takes nothing more."""
    why = reasons.of_system(error)
    _silence(sys.stdout)
    return UserError(f"standard output cannot be written ({why.en})", f"标准输出无法写入（{why.zh}）")


def flush() -> None:
    """Write out what others printed; errors as of ``line``."""
    with _unbroken(sys.stdout):
        pass


def _silence(stream: Any) -> None:
    """Whatever is still written to a stream goes nowhere from now on."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
