"""An account for somebody who has none: made without a password, opened once by a link that its maker hands on.

A link is only ever made for an account that was never used and belongs to this project alone, so that nobody can open
another's. Knows no page.
"""

from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.accounts.services import set_role


class CannotInvite(UserError):
    """No account can be made, or no link for this one."""


@transaction.atomic
def invite(*, project: Project, username: str, role: str) -> User:
    """Make an account that awaits its password, in this role of the project."""
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        raise CannotInvite(f"{username[:60]!r} is no user name: letters, digits and @ . + - _ only") from None
    if len(username) > 150:
        raise CannotInvite(f"a user name of {len(username)} characters; at most 150")
    if User.objects.filter(username__iexact=username).exists():
        raise CannotInvite(f"there is an account {username!r} already; give it a role")
    user = User.objects.create_user(username)
    set_role(project=project, username=username, role=role)
    return user


def awaits_password(user: User, project: Project) -> bool:
    """That a link may be made for the account: never used, without a password, of this project only."""
    is_new = user.is_active and user.last_login is None and not user.has_usable_password()
    return is_new and not user.is_staff and not user.memberships.exclude(project=project).exists()


def path_of(user: User, project: Project) -> str:
    """The path of the link at which the person sets a password; raises CannotInvite for any account in use."""
    if not awaits_password(user, project):
        raise CannotInvite(f"the account of {user} is in use, or not of this project alone; a link would open it")
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:join", args=[uid, default_token_generator.make_token(user)])
