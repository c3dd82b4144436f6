"""Who visits the pages of runs and engines: a member of a project, and an administrator."""

import pytest

from apps.accounts.models import Role
from tests.traces.pages import Visitor, visitor


@pytest.fixture
def who() -> Visitor:
    return visitor(Role.MEMBER)


@pytest.fixture
def root() -> Visitor:
    """An administrator, who is a member of a project too."""
    found = visitor(name="root")
    found.user.is_staff = True
    found.user.save()
    return found
