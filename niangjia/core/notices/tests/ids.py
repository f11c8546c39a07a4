"""For each argument of this app's addresses a function (world) -> value."""

from tests.house import word

IDS = {"number": word(1)}
