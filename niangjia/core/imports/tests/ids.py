"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.imports.actions import receive
from tests.house import word


def _batch(world: Any) -> str:
    with elevated("test: a batch"):
        data = "姓名,身份证号,工会\n何静川,,\n".encode()
        return receive(sheet="members", data=data, name="名册.csv", org=world.here, by=SYSTEM, queue=False).batch.code


IDS = {"code": _batch, "template:code": word("members")}
