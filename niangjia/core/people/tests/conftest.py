"""Every test of people stands in a small district and reads all of it, unless it narrows itself."""

import pytest

from niangjia.core.people.tests.factories import District


@pytest.fixture
def district(seeing_all: None) -> District:
    return District()
