"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flows
from tests.house import word


def code(world: Any) -> str:
    """A case of the member, received by their town."""
    line, flow = next(key for key in flows() if key[1] == "dispute")
    with elevated("test: a case"):
        case = actions.open_case(line=line, flow=flow, org=world.here, title="少发工资", by=SYSTEM, applicants=[world.person])
    return case.code


def number(world: Any) -> int:
    """The one file of the case made last."""
    with elevated("test: a file in a case"):
        case = Case.objects.latest("pk")
        if not case.attachments.exists():
            actions.attach(
                case, files=[SimpleUploadedFile("裁决书.pdf", b"%PDF-1.7 x")], by=SYSTEM, permission="cases.work", for_worker=True
            )
    return 1


IDS = {"number": number, "code": code, "name": word("talk"), "verb": word("note")}
