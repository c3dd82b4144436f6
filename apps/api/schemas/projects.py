"""What the API says of projects and of the token that asks."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from apps.accounts.models import Membership
from apps.api.models import Token


class ProjectOut(Schema):
    """A project of the token's owner; `role` is the owner's in it."""

    slug: str
    name: str
    role: str
    is_sample: bool
    created_at: datetime

    @classmethod
    def of(cls, membership: Membership) -> "ProjectOut":
        project = membership.project
        return cls(
            slug=project.slug,
            name=project.name,
            role=membership.role,
            is_sample=project.is_sample,
            created_at=project.created_at,
        )


class ProjectIn(Schema):
    """A new project."""

    name: str = Field(min_length=1, max_length=120)


class TokenOut(Schema):
    """The token that asks: whose it is, what it is for, and until when. `project` null: all of the owner's."""

    name: str
    prefix: str
    owner: str
    project: str | None
    scopes: list[str]
    expires_at: datetime | None

    @classmethod
    def of(cls, token: Token) -> "TokenOut":
        return cls(
            name=token.name,
            prefix=token.prefix,
            owner=token.owner.username,
            project=token.project.slug if token.project else None,
            scopes=token.scopes,
            expires_at=token.expires_at,
        )
