"""Hypothesis strategies drawn from the schema itself: any valid settings of a section, any valid scenario."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from worlds import INSTITUTIONS

from cogov_sim import Scenario
from cogov_sim.scenario import (
    BehaviourSettings,
    EnterpriseSettings,
    GovernmentSettings,
    OrganisationSettings,
    ProviderSettings,
    Section,
    ServiceSettings,
)
from cogov_sim.scenario.history import HistorySettings
from cogov_sim.scenario.institution import settings_class


def value_of(section: type[Section], key: str) -> st.SearchStrategy[Any]:
    """Any value that the schema allows for one setting."""
    annotation = section.model_fields[key].annotation
    meaning = section.meaning(key)
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_origin(annotation) is list:
        (item,) = get_args(annotation)
        return st.lists(st.sampled_from(get_args(item)), unique=True)
    if section is HistorySettings:
        return (
            st.sampled_from(["government_run", "good_government"]) if key == "regime" else st.sampled_from([0, 12, 36])
        )
    assert meaning.low is not None and meaning.high is not None, key
    if annotation in (int, int | None):
        whole = st.integers(int(meaning.low), int(meaning.high))
        return whole if annotation is int else st.none() | whole
    assert annotation is float, key
    return st.floats(meaning.low, meaning.high)


@st.composite
def settings_of(
    draw: st.DrawFn, section: type[Section], most: int = 8, **fixed: st.SearchStrategy[Any]
) -> dict[str, Any]:
    """Up to ``most`` settings of a section at any valid value, the others at their defaults; ``fixed`` are always drawn."""
    free = [key for key in section.model_fields if key not in fixed]
    chosen = draw(st.lists(st.sampled_from(free), unique=True, max_size=most))
    values = {key: draw(value_of(section, key)) for key in chosen} | {k: draw(s) for k, s in fixed.items()}
    if values.get("end_month") is not None:
        values["end_month"] = max(values["end_month"], values.get("start_month", 1))
    return values


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any institutions at any settings, any behaviour, any government, over a small society."""
    start = st.integers(1, 6)
    chosen = draw(st.lists(st.sampled_from(INSTITUTIONS), unique=True))
    institutions = {
        key: settings_class(key)(**draw(settings_of(settings_class(key), 3, start_month=start))) for key in chosen
    }
    dated = draw(st.lists(st.sampled_from(chosen), unique=True, max_size=3)) if chosen else []
    timeline = [{"month": draw(st.integers(1, 12)), "institution": key, "on": draw(st.booleans())} for key in dated]
    first, second = draw(st.floats(0, 1)), draw(st.floats(0, 1))
    society = {
        "preset": draw(st.sampled_from(["neighbourhoods", "haicang"])),
        "residents": draw(st.integers(200, 600)),
        "conditional_cooperator_share": first,
        "free_rider_share": second * (1.0 - first),
        "hump_share": (1.0 - second) * (1.0 - first) * 0.5,
    }
    return Scenario.model_validate(
        {
            "institutions": institutions,
            "timeline": timeline,
            "society": society,
            "behaviour": draw(settings_of(BehaviourSettings, 12)),
            "government": draw(settings_of(GovernmentSettings, 6)),
            "services": draw(settings_of(ServiceSettings, 4)),
            "organisations": draw(settings_of(OrganisationSettings, 3)),
            "enterprises": draw(settings_of(EnterpriseSettings, 3)),
            "providers": draw(settings_of(ProviderSettings, 4)),
        }
    )
