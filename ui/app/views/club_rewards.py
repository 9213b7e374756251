"""Rewards, for the operator: the catalogue, and the form to set up or change a reward."""

from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from app import rules, session
from app.components import cards, forms, states
from app.session import idempotency
from app.text import language, rewards, workouts
from app.text.language import N_, _, n_, number
from fitburn_client import Reward

MAX_SHOWN = 200
NEW = "reward"
DAY = timedelta(days=1)
DATES = "DD.MM.YYYY"


def show() -> None:
    if forms.title_with_button(_("Rewards"), _("New reward"), key="new_reward"):
        idempotency.renew(NEW)
        st.dialog(_("New reward"), width="medium")(_form)(None)
    listed = session.api().rewards.list(include_hidden=True).first(MAX_SHOWN)
    if not listed:
        states.empty(
            "redeem",
            _("No rewards yet"),
            _("Set up the first one, and members see it in their shop at once."),
            key="no-rewards",
        )
        return
    with st.grid(min_column_width=400, gap="medium", key="rewards"):
        for reward in listed:
            _card(reward)


def _card(reward: Reward) -> None:
    with st.container(key=f"card-reward-{reward.reward_id}", border=True, height="stretch"):
        state, mood = _state(reward)
        cards.rows(
            [
                cards.Row(
                    icon="redeem",
                    title=rewards.title_of(reward),
                    subtitle=" · ".join(_terms(reward)),
                    figure=number(reward.cost),
                    detail=workouts.points_word(reward.cost),
                    mark=_(state),
                    mood=mood,
                )
            ]
        )
        with st.container(horizontal=True):
            if st.button(_("Change"), icon=":material/edit:", key=f"change-{reward.reward_id}"):
                st.dialog(language.plain(rewards.title_of(reward)), width="medium")(_form)(reward)
            hiding = N_("Hide") if reward.active else N_("Show to members")
            icon = ":material/visibility_off:" if reward.active else ":material/visibility:"
            if st.button(_(hiding), icon=icon, key=f"hide-{reward.reward_id}", type="tertiary") and forms.send(
                lambda: session.api().rewards.update(reward.reward_id, active=not reward.active)
            ):
                st.rerun()


def _state(reward: Reward) -> tuple[str, str]:
    now = language.now()
    if not reward.active:
        return N_("hidden"), "plain"
    if reward.valid_to and reward.valid_to <= now:
        return N_("over"), "plain"
    if reward.valid_from and reward.valid_from > now:
        return N_("planned"), "plain"
    return (N_("sold out"), "failed") if reward.stock == 0 else (N_("in the shop"), "good")


def _terms(reward: Reward) -> list[str]:
    terms = [_("any number") if reward.stock is None else n_("{n} left", "{n} left", reward.stock)]
    if reward.per_member_limit:
        terms.append(n_("{n} per member", "{n} per member", reward.per_member_limit))
    if reward.valid_from:
        terms.append(_("from {day}", day=language.moment(reward.valid_from)))
    if reward.valid_to:
        terms.append(_("until {time}", time=language.moment(reward.valid_to)))
    return terms


# ----------------------------------------------------------------------------------------------------------- the form


def _form(reward: Reward | None) -> None:
    """Form for a new or an existing reward."""
    which = reward.reward_id if reward else "new"
    with st.form(f"reward_{which}", border=False, enter_to_submit=False):
        fields = _words(reward, which) | _numbers(reward, which) | _period(reward, which)
        sent = st.form_submit_button(_("Save"), type="primary", width="stretch")
    if sent and _is_in_order(fields) and forms.send(lambda: _save(reward, fields), form=NEW):
        st.toast(_("Saved"), icon=":material/check:")
        st.rerun()


def _save(reward: Reward | None, fields: dict[str, Any]) -> None:
    if reward:
        session.api().rewards.update(reward.reward_id, **fields)
    else:
        session.api().rewards.create(idempotency_key=idempotency.key(NEW), **fields)


def _words(reward: Reward | None, which: str) -> dict[str, Any]:
    labels = {
        "title_en": _("Title in English"),
        "title_ru": _("Title in Russian"),
        "description_en": _("Words to it in English"),
        "description_ru": _("Words to it in Russian"),
    }
    typed = {}
    for name, label in labels.items():
        current = (getattr(reward, name) if reward else None) or ""
        longest = rules.max_chars("title" if name.startswith("title") else "description")
        typed[name] = st.text_input(label, current, max_chars=longest, key=f"{name}_{which}").strip()
    return {name: value or (None if name.startswith("description") else "") for name, value in typed.items()}


def _numbers(reward: Reward | None, which: str) -> dict[str, Any]:
    cost, stock, limit = st.columns(3)
    return {
        "cost": cost.number_input(
            _("Points"),
            *rules.whole_range("cost"),
            reward.cost if reward else 100,
            step=10,
            key=f"cost_{which}",
            icon=":material/stars:",
        ),
        "stock": stock.number_input(
            _("In stock"),
            *rules.whole_range("stock"),
            reward.stock if reward else None,
            key=f"stock_{which}",
            placeholder=_("any number"),
        ),
        "per_member_limit": limit.number_input(
            _("Per member"),
            *rules.whole_range("per_member_limit"),
            reward.per_member_limit if reward else None,
            key=f"limit_{which}",
            placeholder=_("any number"),
        ),
    }


def _period(reward: Reward | None, which: str) -> dict[str, Any]:
    first, last = st.columns(2)
    starts = first.date_input(
        _("First day"), _day(reward.valid_from if reward else None), key=f"from_{which}", format=DATES
    )
    ends = last.date_input(
        _("Last day"), _day(reward.valid_to if reward else None, ends=True), key=f"to_{which}", format=DATES
    )
    picture = st.text_input(
        _("Address of a picture"), (reward.picture_url if reward else None) or "", key=f"picture_{which}",
        placeholder="https://…",
    )  # fmt: skip
    return {
        "valid_from": _midnight(starts),
        "valid_to": _midnight(ends + DAY if ends else None),
        "picture_url": picture.strip() or None,
    }


def _day(moment: datetime | None, *, ends: bool = False) -> date | None:
    """The day in the reader's time zone. `ends`: the last day before the moment, since periods end exclusively."""
    if moment is None:
        return None
    return (moment.astimezone(language.zone()) - (timedelta(microseconds=1) if ends else timedelta())).date()


def _midnight(day: date | None) -> str | None:
    return None if day is None else datetime.combine(day, time(), language.zone()).isoformat()


def _is_in_order(fields: dict[str, Any]) -> bool:
    starts, ends = fields["valid_from"], fields["valid_to"]
    if starts and ends and datetime.fromisoformat(starts) >= datetime.fromisoformat(ends):
        st.error(_("The last day is before the first."), icon=":material/error:")
        return False
    return True
