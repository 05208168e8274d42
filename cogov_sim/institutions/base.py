"""The one contract of all institutions: what each must say of itself, and the only way it acts on the world."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import create_model

from cogov_sim.language import Text, UserError, is_text
from cogov_sim.scenario import InstitutionSettings, setting
from cogov_sim.scenario.plugins import Plugin, plugin_of
from cogov_sim.society import COMMUNITY_TYPES, Level
from cogov_sim.terms import Terms


class Offer:
    """The pen with which an institution writes terms: where and how strongly it works is already settled.

    Attributes:
        months: whole months since the institution started.
    """

    def __init__(self, terms: Terms, strength: NDArray[np.float64], months: int) -> None:
        self._terms = terms
        self._strength = strength
        self.months = months
        self.written: set[str] = set()

    def __call__(self, term: str, value: float | NDArray[Any], levels: tuple[Level, ...] = ()) -> None:
        """Offer a value for a term (see ``terms.TERMS``), for matters of some levels where the term has levels."""
        self.written.add(term)
        self._terms.offer(term, value, self._strength, tuple(int(level) for level in levels))


@dataclass(frozen=True)
class Means:
    """How much of what institutions would cost there is, per community, in [0, 1].

    Attributes:
        money: of their yuan.
        hours: of the committee's hours, for those that it chooses to run.
    """

    money: NDArray[np.float64]
    hours: NDArray[np.float64]

    @classmethod
    def enough(cls, n_communities: int) -> Means:
        """All that it takes, everywhere."""
        return cls(np.ones(n_communities), np.ones(n_communities))


@dataclass(frozen=True)
class Price:
    """What an institution costs for 1,000 residents in a month: where the settings ``cost`` and ``hours`` start from.

    Attributes:
        yuan: public money.
        hours: hours of the committee.
        what: what they are for.
        hours_for: what the hours are for, where that is something else.
        source: where the numbers come from.
    """

    yuan: float
    hours: float
    what: str
    hours_for: str = ""
    source: str = "start value"

    def settings(self, base: type[InstitutionSettings]) -> Any:
        """A settings class like ``base`` in which ``cost`` and ``hours`` have this price as their default and source."""
        numbers = {"cost": (self.yuan, self.what), "hours": (self.hours, self.hours_for or self.what)}
        fields: dict[str, Any] = {}
        for name, (default, what) in numbers.items():
            said = base.meaning(name)
            fields[name] = (float, setting(
                float(default), said.text.en, said.text.zh, unit=said.unit, source=f"{self.source}: {what}",
                low=said.low, high=said.high,
            ))  # fmt: skip
        return create_model(base.__name__, __base__=base, __module__=base.__module__, __doc__=base.__doc__, **fields)


class Institution:
    """A switch with parameters. It sets terms, month by month; it sees no resident and writes no state.

    Class attributes:
        id: name in scenario files.
        text: name in both languages.
        pillar: which part of the reform it belongs to.
        levels: levels it works at, as letters C D S V G B.
        sets: the terms it may write, besides its price. A class names those that it computes in ``set_terms``; those of
            its settings are added.
        price: what it costs, in one line.
        demanded: whether superiors demand it: its hours come before everything that the committee chooses to do.
        can_fail: how it can fail, in both languages.
        source: where the knowledge comes from.
        expects: measures it is expected to move and the direction (+1, -1): a hypothesis, written before looking.
        Settings: its parameters; one that is a term's value as it stands names the term, ``setting(..., term="sanction")``.
    """

    id: ClassVar[str]
    text: ClassVar[Text]
    pillar: ClassVar[Text]
    levels: ClassVar[str]
    sets: ClassVar[tuple[str, ...]] = ()
    price: ClassVar[Price | None] = None
    demanded: ClassVar[bool] = False
    can_fail: ClassVar[Text]
    source: ClassVar[str]
    expects: ClassVar[Mapping[str, int]]
    Settings: ClassVar[type[InstitutionSettings]] = InstitutionSettings

    def __init_subclass__(cls) -> None:
        """Put the price into the settings, and the settings' terms into ``sets``.

        Raises:
            TypeError: ``sets`` is no tuple of names, ``Settings`` no settings of an institution.
        """
        super().__init_subclass__()
        if not (isinstance(cls.Settings, type) and issubclass(cls.Settings, InstitutionSettings)):
            raise TypeError(f"{cls.__name__}.Settings must be derived from scenario.InstitutionSettings")
        if not isinstance(cls.sets, tuple):
            raise TypeError(f"{cls.__name__}.sets must be a tuple of names of terms, such as ('voice_cost',)")
        if cls.price:
            cls.Settings = cls.price.settings(cls.Settings)
            cls.Settings.__qualname__ = f"{cls.__qualname__}.Settings"  # where pickle finds it
        own = (cls.Settings.meaning(name).term for name in cls.Settings.model_fields)
        cls.sets = tuple(dict.fromkeys((*filter(None, own), *cls.sets)))

    def __init__(self, settings: InstitutionSettings, kind: NDArray[np.int8], residents: NDArray[np.int64]) -> None:
        """Place the institution.

        Args:
            settings: an instance of the class's own ``Settings``.
            kind: community type of each community.
            residents: residents of each community, for the price.
        """
        self.settings: Any = settings
        chosen = [COMMUNITY_TYPES[k].id in settings.communities for k in kind]
        self.where = np.array(chosen, float) if settings.communities else np.ones(len(kind))
        self.thousands = residents / 1000.0

    def affordable(self, means: Means) -> NDArray[np.float64]:
        """Share of its price that there is, per community. What costs only money works without hours, and the reverse;
        what superiors demand gets its hours whatever else is left undone.
        """
        free = np.ones(len(self.where))
        money = means.money if self.settings.cost > 0.0 else free
        hours = means.hours if self.settings.hours > 0.0 and not self.demanded else free
        return np.minimum(money, hours)

    def offer(
        self,
        terms: Terms,
        month: int,
        means: Means,
        here: NDArray[Any] | float = 1.0,
        mastery: NDArray[np.float64] | float = 1.0,
    ) -> None:
        """Write this month's terms and the price; an institution that is half paid works at half its strength, and so does one
        that is half mastered, at the full price.

        Args:
            terms: the terms to write to.
            month: this month, from the one in which the reform begins here.
            means: the money and hours that there are for institutions.
            here: (communities,), 1 where it is in force at all, else 0.
            mastery: (communities,), how well it is mastered, in [0, 1].

        Raises:
            UserError: it offers a term that its ``sets`` do not name.
        """
        months, end = month - self.settings.start_month, self.settings.end_month
        if months < 0 or (end is not None and month > end) or self.settings.strength == 0.0:
            return
        strength = self.settings.strength * self.where * self.affordable(means) * here
        pen = Offer(terms, strength * mastery, months)
        with plugin_of(self.id).blamed(
            Text(f"{type(self).__name__}.set_terms", f"{type(self).__name__}.set_terms 运行")
        ):
            self.set_terms(pen)
        if undeclared := pen.written - set(self.sets):
            names = ", ".join(sorted(undeclared))
            raise UserError(
                f"institution '{self.id}' offers {names}, which its sets do not name",
                f"制度“{self.id}”设定了 {names}，但 sets 中没有列出",
            )
        bill = Offer(terms, strength, months)
        bill("running_cost", self.settings.cost * self.thousands)
        bill("demanded_hours" if self.demanded else "running_hours", self.settings.hours * self.thousands)

    def set_terms(self, offer: Offer) -> None:
        """Offer the values of this institution's terms at full strength: of settings with a term, what they are set to.

        An institution that computes further offers makes them here, after ``super().set_terms(offer)``.
        """
        for name in type(self.settings).model_fields:
            said = self.settings.meaning(name)
            if said.term:
                offer(said.term, getattr(self.settings, name), tuple(Level.from_letter(one) for one in said.levels))


GOVERNMENT = Text("government", "政府治理")
SELF_GOVERNMENT = Text("self-government", "自治")
LAW = Text("law", "法治")
DELIBERATION = Text("deliberation", "协商民主")
TOGETHER = Text("working together", "社会协同")
SPIRIT = Text("spirit and sharing", "共同精神与共享")

#: What a class must say of itself, and as what.
_SAYS: dict[str, type] = {
    "id": str, "text": Text, "pillar": Text, "levels": str, "can_fail": Text, "source": str, "expects": Mapping,
}  # fmt: skip


def check_plugins(plugins: Sequence[Plugin]) -> None:
    """See that the institutions of other packages keep the contract.

    Raises:
        UserError: something is no institution, does not say all of itself, or has an id that is taken.
    """
    taken: dict[str, Plugin] = {}
    for plugin in plugins:
        for one in plugin.institutions:
            if not plugin.ours:
                _check_class(plugin, one)
                if taken.get(one.id) is plugin:
                    raise plugin.error(
                        f"institutions() lists {one.__name__} twice", f"institutions() 重复列出 {one.__name__}"
                    )
                if one.id in taken:
                    raise plugin.error(
                        f"the id '{one.id}' of {one.__name__} is taken by an institution of package '{taken[one.id].package}'",
                        f"{one.__name__} 的 id“{one.id}”已被软件包“{taken[one.id].package}”的制度占用",
                    )
            taken[one.id] = plugin


def _check_class(plugin: Plugin, one: Any) -> None:
    if not (isinstance(one, type) and issubclass(one, Institution)):
        raise plugin.error(
            f"institutions() must return classes derived from institutions.base.Institution, not {one!r}",
            f"institutions() 应返回 institutions.base.Institution 的子类，而不是 {one!r}",
        )
    for name, kind in _SAYS.items():
        said = getattr(one, name, None)
        if not isinstance(said, kind) or (isinstance(said, Text) and not is_text(said)):
            raise plugin.error(
                f"{one.__name__} must have {name}, a {kind.__name__}",
                f"{one.__name__} 缺少 {name}（类型 {kind.__name__}）",
            )
    if not one.levels or set(one.levels) - set("CDSVGB"):
        raise plugin.error(
            f"{one.__name__}.levels = '{one.levels}' must be letters of C D S V G B",
            f"{one.__name__}.levels = “{one.levels}”应由字母 C D S V G B 组成",
        )
    defaults = one.Settings()
    one.Settings.model_validate({name: getattr(defaults, name) for name in one.Settings.model_fields})
    if not re.fullmatch(r"[a-z][a-z0-9_]*", one.id):
        raise plugin.error(
            f"the id '{one.id}' of {one.__name__} may have small letters, digits and _ only",
            f"{one.__name__} 的 id“{one.id}”只能由小写字母、数字和 _ 组成",
        )
