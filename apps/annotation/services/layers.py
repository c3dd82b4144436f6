"""Layers, made when first needed; made twice at once they are one."""

from apps.accounts.models import User
from apps.annotation.models import Layer, Scheme

GOLD = "gold"


def layer_of_person(*, scheme: Scheme, user: User) -> Layer:
    return _layer(scheme, Layer.Kind.PERSON, user.get_username(), user)


def gold_layer(*, scheme: Scheme, name: str = GOLD) -> Layer:
    return _layer(scheme, Layer.Kind.GOLD, name)


def suggester_layer(*, scheme: Scheme, name: str) -> Layer:
    return _layer(scheme, Layer.Kind.SUGGESTER, name)


def imported_layer(*, scheme: Scheme, name: str) -> Layer:
    return _layer(scheme, Layer.Kind.IMPORTED, name)


def _layer(scheme: Scheme, kind: Layer.Kind, name: str, author: User | None = None) -> Layer:
    layer, _ = Layer.objects.get_or_create(scheme=scheme, kind=kind, name=name[:150], defaults={"author": author})
    return layer
