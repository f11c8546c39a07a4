"""Fixtures of every test. See tests/ground.py for the databases."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from niangjia.base.database import Embedded, drop_database, home, is_embedded
from niangjia.base.scope import elevated
from tests import ground

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # a loaded machine is no fault of the code

in_use = None
"""Held by every run of this home: the last one stops the server."""


def pytest_configure(config: pytest.Config) -> None:
    global in_use  # noqa: PLW0603
    if not hasattr(config, "workerinput"):
        home().mkdir(parents=True, exist_ok=True, mode=0o711)
        in_use = (home() / "tests-in-use.lock").open("w")
        fcntl.flock(in_use, fcntl.LOCK_SH)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not in_use:
        return
    with in_use, suppress(BlockingIOError):
        if ground.USES_OWN_HOME and is_embedded():
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Embedded(home()).stop()


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Let this process's connection lead to another database for a while."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        drop_database(name)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One clone of the template for this test process; every test rolls back."""
    name = ground.clone_name("shared")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        ground.clone(name)
        with working_on(name):
            yield


@pytest.fixture
def own_database(django_db_blocker: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database for this test alone, where commits are real: for threads, child processes and kills. Gives its name.

    Child processes that inherit the environment work on it too.
    """
    name = ground.clone_name(f"own{os.urandom(3).hex()}")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        ground.clone(name)
        addresses = ground.addresses(name)
        with working_on(name), monkeypatch.context() as patched:
            for variable, url in addresses.items():
                patched.setenv(variable, url)
            yield name
            patched.undo()


@pytest.fixture
def seeing_all(db: None) -> Iterator[None]:
    """The whole test reads every row, as jobs do; without it the application's role sees nothing."""
    with elevated("test"):
        yield
