"""The menu of saved views over a list: those to choose from, the open one, and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.accounts.models import Role, User
from apps.traces.models import SavedView
from apps.traces.presenters.rollouts import Address


@dataclass(frozen=True, slots=True)
class Menu:
    """`state` is the list as it stands, to be saved; `is_changed`: the open view says something else."""

    views: Sequence[SavedView]
    open: SavedView | None
    state: str
    collection: int | None
    is_changed: bool
    may_save: bool
    may_change: bool
    may_delete: bool


def menu(views: Sequence[SavedView], chosen: str, address: Address, user: User, role: str, *, may_save: bool) -> Menu:
    opened = next((view for view in views if str(view.pk) == chosen), None)
    is_own = opened is not None and opened.owner_id == user.pk
    state = urlencode(address.state)
    return Menu(
        views,
        opened,
        state,
        opened.collection_id if opened else None,
        opened is not None and sorted(opened.query.split("&")) != sorted(state.split("&")),
        may_save,
        may_save and is_own,
        may_save and opened is not None and (is_own or role == Role.OWNER),
    )
