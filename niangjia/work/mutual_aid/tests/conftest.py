"""A ground for tests of mutual aid, and somebody covered on it; a file whose person is another says so itself."""

import pytest

from niangjia.base.scope import elevated
from niangjia.core.people.models import Person
from niangjia.work.mutual_aid.tests.ground import Ground


@pytest.fixture
def ground() -> Ground:
    with elevated("test: the ground"):
        return Ground()


@pytest.fixture
def person(ground: Ground) -> Person:
    with elevated("test: somebody covered"):
        return ground.covered()
