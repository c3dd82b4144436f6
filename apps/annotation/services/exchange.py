"""Labels out to files, and in from them: each on its own text or listed with a reason, all in one transaction.

A label keeps its key, so the same file again adds nothing; in another layer than the one it came from it gets a key
that follows from both. A layer in a file is called `kind:name`; a person's goes to the person where they are a member
of the project, else to an imported layer of that name.
"""

from collections.abc import Iterator, Sequence

from django.db import transaction

from analysis.errors import UserError
from analysis.labelling.exchange.types import Bundle, Format
from analysis.labelling.scheme import Scheme as PlainScheme
from apps.accounts.models import Project, User
from apps.annotation.models import Layer, Scheme
from apps.annotation.queries.exchange import layers_with_labels, name_of, parts_of
from apps.annotation.queries.placing import Places
from apps.annotation.services.schemes import checked_name, record
from apps.annotation.services.taking_in import Imported, Taking
from apps.traces.models import Collection


class NoSuchLayer(UserError):
    """The scheme has no layer of that name with labels; the message lists those that it has."""


def export(*, scheme: Scheme, form: Format, layers: Sequence[str] = ()) -> Iterator[str]:
    """The file, part by part; all layers with labels, or those named (`ann`, or `person:ann`)."""
    return form.write(scheme.plain, parts_of(chosen_layers(scheme, layers), with_text=form.needs_text))


def chosen_layers(scheme: Scheme, names: Sequence[str]) -> list[Layer]:
    """Raises NoSuchLayer."""
    known = list(layers_with_labels(scheme))
    chosen = [layer for layer in known if not names or layer.name in names or name_of(layer) in names]
    missing = [
        name for name in names if name not in {each for layer in chosen for each in (layer.name, name_of(layer))}
    ]
    if missing:
        listed = ", ".join(name_of(layer) for layer in known) or "none"
        raise NoSuchLayer(
            f"scheme {scheme.name!r} has no labels in a layer {missing[0]!r}; layers with labels: {listed}"
        )
    return chosen


def import_bundle(
    *, scheme: Scheme, bundle: Bundle, actor: User | None, layer: str = "", collection: Collection | None = None
) -> Imported:
    """Store what finds its place. `layer` takes all labels to one layer; `collection` is where texts are looked for.

    Nothing is half stored: an error leaves all as it was.
    """
    places = Places(scheme.project, bundle, collection)
    with transaction.atomic():
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        taking = Taking(scheme, actor, layer, places)
        taking.result.unplaced += bundle.unplaced
        taking.take([row for row in bundle.rows if not row.is_relation])
        taking.take_relations([row for row in bundle.rows if row.is_relation])
        if taking.result.n_stored:
            record(scheme, actor, "imported labels", after=_account(taking.result))
    return taking.result


@transaction.atomic
def create_scheme_as(*, project: Project, user: User | None, name: str, plain: PlainScheme) -> Scheme:
    """A scheme with the labels that a file came with, under a name that is free in the project."""
    made = Scheme(project=project, name=checked_name(project, name), kinds=[kind.as_json() for kind in plain.kinds])
    made.description, made.many, made.segmentation = plain.description, plain.many, plain.segmentation
    made.source = plain.source
    made.save()
    record(made, user, "make a scheme", after={"made_from": "a file", "labels": len(made.kinds)})
    return made


def _account(result: Imported) -> dict[str, object]:
    return {"labels": result.n_stored, "layers": result.layers, "left_out": len(result.unplaced)}
