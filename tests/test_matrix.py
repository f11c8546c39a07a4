"""The table of who may see and do what is what the house really answers."""

import logging

import pytest

from niangjia.core.access.roles import PERMISSIONS, ROLES
from tests import matrix


@pytest.mark.django_db
def test_the_kept_table_is_what_every_page_answers_to_every_role(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    computed = matrix.table()
    assert matrix.KEPT.read_text() == computed, "renew it: python -m tests.matrix --write, and look at what changed"


def test_every_role_and_permission_stands_in_the_table() -> None:
    rows = list(matrix.permissions())
    assert all(role.title in rows[1] for role in ROLES.values())
    assert len(rows) == 3 + len(PERMISSIONS)
