"""Pictures that a browser drew once for all tests of files."""

import pytest

from apps.reports.files.drawing import find_browser
from apps.reports.files.pictures import Pictures, pictures_of
from tests.conftest import missing
from tests.reports.files.contents import full_content


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    if find_browser() is None:
        missing("the browser chromium")
    return pictures_of(full_content())
