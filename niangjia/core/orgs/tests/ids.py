"""For each argument of this app's addresses a function (world) -> value."""

from tests.house import word

IDS = {
    "code": lambda world: world.union.code,
    "verb": word("rename"),
}
