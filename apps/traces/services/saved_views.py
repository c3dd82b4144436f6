"""Lists as people want to find them again: saved, renamed, renewed, shared, deleted."""

from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from analysis.errors import UserError
from apps.accounts.models import Project, Role, User
from apps.traces.models import Collection, SavedView
from apps.traces.queries.columns import Columns
from apps.traces.queries.filters import FIELDS, RolloutFilter
from apps.traces.queries.orders import Order

LONGEST_QUERY = 4_000
MOST_VIEWS = 200


class BadViewError(UserError):
    """A view that cannot be saved; the message says why."""


class NotYourView(UserError):
    """Only who saved a view changes it; an owner of the project may delete it too."""


def state_of(query: str) -> str:
    """What of an address is the list itself: filters, text, order and columns, checked; no place in it, no view.

    >>> state_of("?after=[1,2]&outcome=correct&columns=final,model&view=7")
    'outcome=correct&columns=final%2Cmodel'
    """
    if len(query) > LONGEST_QUERY:
        raise BadViewError(f"the list's address is {len(query)} characters long; {LONGEST_QUERY} is the most")
    pairs = parse_qsl(query.removeprefix("?"))
    given = dict(pairs)
    RolloutFilter.parse(given, with_text=True)
    kept = {name: given[name] for name in FIELDS if given.get(name, "").strip()}
    if order := given.get("sort", ""):
        kept["sort"] = str(Order.parse(order))
    if columns := Columns.parse([value for name, value in pairs if name == "columns"]).text:
        kept["columns"] = columns
    return urlencode(kept)


@transaction.atomic
def save_view(
    *, project: Project, owner: User, name: str, query: str, collection: Collection | None, is_shared: bool
) -> SavedView:
    """Keep a list under a name; the same name of the same person again is the same view, renewed."""
    name, state = _checked_name(name), state_of(query)
    if SavedView.objects.filter(project=project, owner=owner).exclude(name=name).count() >= MOST_VIEWS:
        raise BadViewError(f"you have {MOST_VIEWS} views in this project; delete one first")
    view, _ = SavedView.objects.update_or_create(
        project=project,
        owner=owner,
        name=name,
        defaults={"query": state, "collection": collection, "is_shared": is_shared},
    )
    return view


@transaction.atomic
def change_view(*, view: SavedView, user: User, name: str, is_shared: bool, query: str | None = None) -> SavedView:
    """Rename or share a view, or give it another list; nobody else's."""
    if view.owner_id != user.pk:
        raise NotYourView(f"“{view.name}” is a view of {view.owner}; save one of your own")
    name = _checked_name(name)
    if SavedView.objects.filter(project_id=view.project_id, owner=user, name=name).exclude(pk=view.pk).exists():
        raise BadViewError(f"you have another view named “{name}”")
    view.name, view.is_shared = name, is_shared
    if query is not None:
        view.query = state_of(query)
    view.save()
    return view


def delete_view(*, view: SavedView, user: User, role: str) -> None:
    """Delete one's own view, or as an owner of the project anyone's."""
    if view.owner_id != user.pk and role != Role.OWNER:
        raise NotYourView(f"“{view.name}” is a view of {view.owner}; only they or an owner may delete it")
    view.delete()


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise BadViewError(f"a view needs a name of 1 to 100 characters, not {len(name)}")
    return name
