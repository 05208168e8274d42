"""What a page may ask of the classroom's server: one model a command, refused as a whole where anything in it is odd."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from cogov_sim.classroom.session import FEWEST, MOST
from cogov_sim.language import UserError

MOST_BYTES = 4096


class Command(BaseModel):
    """One message of a page."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Play(Command):
    """Months pass, so many a second."""

    do: Literal["play"]
    speed: float = Field(gt=0.0, le=60.0)
    until: int | None = Field(default=None, ge=0, le=1200)


class Pause(Command):
    """Stop."""

    do: Literal["pause"]


class Step(Command):
    """One month."""

    do: Literal["step"]


class Branch(Command):
    """Go back to a month, to go on from there."""

    do: Literal["branch"]
    month: int = Field(ge=0, le=1200)


class Frame(Command):
    """Send a month again."""

    do: Literal["frame"]
    month: int = Field(ge=0, le=1200)


class Switch(Command):
    """Switch an institution in one world from the next month on."""

    do: Literal["switch"]
    world: Literal["a", "b"]
    institution: str = Field(max_length=64)
    on: bool = True
    strength: float | None = Field(default=None, ge=0.0, le=1.0)


class Reset(Command):
    """Begin anew, with other people or other worlds."""

    do: Literal["reset"]
    seed: int = Field(ge=0, lt=2**31)
    residents: int = Field(ge=FEWEST, le=MOST)
    a: str = Field(max_length=64)
    b: str = Field(max_length=64)
    people: dict[Annotated[str, Field(max_length=64)], float] = Field(default_factory=dict, max_length=8)


class Why(Command):
    """Why a resident gave last month, or did not, in both worlds."""

    do: Literal["why"]
    resident: int = Field(ge=0, lt=MOST)


class Hello(Command):
    """Who asks: the teacher has the token of the address that the server printed."""

    do: Literal["hello"]
    token: str = Field(max_length=64)


AnyCommand = Annotated[Play | Pause | Step | Branch | Frame | Switch | Reset | Why | Hello, Field(discriminator="do")]
_COMMANDS: TypeAdapter[Any] = TypeAdapter(AnyCommand)


def read(message: str | bytes) -> Command:
    """A command from the text of a message.

    Raises:
        UserError: it is none.
    """
    if not isinstance(message, str) or len(message.encode(errors="replace")) > MOST_BYTES:
        raise UserError(f"a message is a text of at most {MOST_BYTES} bytes", f"消息须为不超过 {MOST_BYTES} 字节的文本")
    try:
        command: Command = _COMMANDS.validate_json(message)
    except (ValidationError, RecursionError, ValueError) as error:
        raise UserError(
            "a command that there is not, or with values out of range", "没有这个指令，或取值超出范围"
        ) from error
    return command
