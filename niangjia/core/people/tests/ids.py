"""For each argument of this app's addresses a function (world) -> value."""

from tests.house import word

IDS = {
    "code": lambda world: world.person.code,
    "field": word("phone"),
    "verb": word("change"),
}
