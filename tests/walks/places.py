"""Where the pages with an argument in their address are found in the demo district: real rows, else what the apps' factories make."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import segno
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from niangjia.base.sealing import blind
from niangjia.core.access.actor import SYSTEM, under
from niangjia.core.access.models import User
from niangjia.core.cases.actions import advance
from niangjia.core.cases.queries import flows
from niangjia.core.cases.steps import WORKER, Step
from niangjia.core.imports.models import Batch
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import admit, merge_persons, register_person
from niangjia.core.people.card import token_for
from niangjia.core.people.models import PHONE, Person
from niangjia.core.tasks.actions import ask_correction
from niangjia.core.trail.models import Event
from niangjia.seed.accounts import WORKER_PHONE
from niangjia.seed.totals import DEMO_DAY
from niangjia.work.mutual_aid import actions as mutual_aid
from niangjia.work.mutual_aid.models import Settlement
from niangjia.work.mutual_aid.plan.catalogue import SHIPPED
from niangjia.work.mutual_aid.queries import plan_by, policy_of
from niangjia.work.mutual_aid.simulation_forms import ASSUMED
from niangjia.work.mutual_aid.tests.factories import enrol, file_of, make_plan, stay
from niangjia.work.rights.actions import add_evidence, receive
from niangjia.work.rights.models import Helper
from niangjia.work.rights.tests.factories import new_dispute
from niangjia.work.rights.tests.helpers import new_aid, new_lawyer
from tests.house import Address, factory_of
from tests.walks.site import Site
from tests.world import World

LATELY = date(2023, 12, 1)


class DemoWorld(World):
    """The world of the tests, as the demo district has it."""

    @cached_property
    def district(self) -> Organisation:
        return Organisation.objects.get(parent=None)

    @cached_property
    def union(self) -> Organisation:
        return User.objects.get(username="qishou").grants.get().org

    @cached_property
    def here(self) -> Organisation:
        return User.objects.get(username="minglou").grants.get().org

    @cached_property
    def person(self) -> Person:
        """The rider who may sign in: a member with a history, seen by officers."""
        return Person.objects.get(phone_index=blind(WORKER_PHONE, PHONE))

    def new_person(self, **facts: Any) -> Person:
        """Somebody who joined the riders' union lately."""
        person = register_person(home_org=self.union, name=facts.pop("name", "何静川"), by=SYSTEM, on=LATELY, **facts)
        admit(person, union=self.union, by=SYSTEM, on=LATELY)
        return person


class Places:
    """Addresses with their arguments filled in; each value is made once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._values: dict[Callable[[Any], Any], Any] = {}
        self._world = DemoWorld()

    def path(self, address: Address) -> str:
        """The address of a page, with real rows behind it."""
        return reverse(address.name, kwargs={name: self._value(address, name) for name in address.arguments})

    def _value(self, address: Address, argument: str) -> Any:
        maker = self._maker(address, argument)
        if maker not in self._values:
            with self._site.inside():
                self._values[maker] = maker(self._world)
        return self._values[maker]

    def _maker(self, address: Address, argument: str) -> Callable[[Any], Any]:
        app = address.name.partition(":")[0]
        made = REAL.get(f"{address.name}:{argument}") or REAL.get(f"{app}:{argument}") or factory_of(address, argument)
        assert made, f"no value for {argument} of {address.name}: give the app's tests/ids.py a function"
        return made


def _passkey(world: Any) -> int:
    user = User.objects.get(username="changwu")
    facts = {"user": user, "type": Authenticator.Type.WEBAUTHN, "data": {"name": "办公室电脑", "credential": {}, "passwordless": False}}
    return Authenticator.objects.create(**facts).pk


def _merge(world: Any) -> str:
    """Somebody entered twice, made one again."""
    twice = world.new_person(name=world.person.name)
    return Event.objects.get(pk=merge_persons(keep=world.person, drop=twice, by=SYSTEM, reason="同一个人登记了两次")).code


def _reported(world: Any) -> str:
    """A member who said that the phone and the employer are wrong."""
    said = world.new_person(name="丁一问")
    ask_correction(person=said, wrong=("phone", "employer"), by=SYSTEM)
    return said.code


def _open_step(may_be: Callable[[Step], bool]) -> Callable[[Any], str]:
    """A step that stands open in a case just received."""

    def name(world: Any) -> str:
        flow = flows()["rights", "dispute"]
        return next(step.name for step in flow.steps if flow.first.key in step.source and may_be(step))

    return name


def _paid(world: Any) -> str:
    """A dispute in which money reached the worker."""
    case = new_dispute(world)
    receive(case, amount=Decimal(3000), on=DEMO_DAY, proof_note="本人电话确认", by=SYSTEM)
    return case.code


def _photographed(world: Any) -> str:
    """A dispute with a photo as evidence."""
    photo = io.BytesIO()
    segno.make("工资条").save(photo, kind="png")
    case = new_dispute(world)
    add_evidence(case, files=[SimpleUploadedFile("工资条.png", photo.getvalue())], by=SYSTEM)
    return case.code


def _aided(world: Any) -> str:
    """A matter of legal aid in the hands of the demo's lawyer."""
    case, lawyer = new_aid(world), User.objects.get(username="lvshi")
    helper = Helper.objects.filter(account=lawyer).first() or new_lawyer(world, name="己五", account=lawyer)
    advance(case, "grant", by=SYSTEM, on=LATELY, forms_of_aid=["arb"], reason="追索劳动报酬", means="月收入低")
    advance(case, "assign", by=SYSTEM, on=LATELY, helper=helper, although="演示里看一看")
    return case.code


def _draft(world: Any) -> str:
    """Next year's plan, still written by somebody of the service centre."""
    writer = under(User.objects.get(username="fuwu").grants.get())
    window, period = (date(2024, 4, 1), date(2024, 4, 30)), (date(2024, 5, 1), date(2025, 4, 30))
    return mutual_aid.open_plan(code="RJT", policy_year="2024", window=window, period=period, by=writer).slug


def _own_stay(world: Any) -> str:
    """A stay of the rider's own, whatever became of it."""
    policy = policy_of(world.person, "P3-2023") or enrol(world.person, make_plan(SHIPPED["P3"]))
    assert policy
    mutual_aid.take_settlements(data=file_of(stay(world.person.id_number, "OWN-1")), by=SYSTEM)
    return Settlement.objects.filter(person=world.person).latest("pk").code


def _simulated(world: Any) -> str:
    """A simulation that is done."""
    plan = plan_by("P1-2023")
    assert plan is not None
    made = mutual_aid.simulate(
        plan, rule=replace(plan.declared, first_stay=Decimal(300)), assumed=ASSUMED, title="首次住院补 300 元", by=SYSTEM, queue=False
    )
    mutual_aid.work_on(code=made.code)
    return made.code


def _batch(state: str) -> Callable[[Any], str]:
    return lambda world: Batch.objects.filter(state=state).latest("id").code


REAL: dict[str, Callable[[Any], Any]] = {
    "access:code": lambda world: User.objects.get(username="jiangshan").code,
    "access:place": lambda world: 1,
    "imports:code": _batch("waiting"),
    "imports:batch:code": _batch("checked"),
    "imports:undo:code": _batch("applied"),
    "imports:template:code": lambda world: "members",
    "home:name": lambda world: "people",
    "cases:step:name": _open_step(lambda step: step.may != WORKER and step.form is not None),
    "cases:own-step:name": _open_step(lambda step: step.may == WORKER),
    "mutual_aid:appeal:settlement": _own_stay,
    "mutual_aid:edit-plan:plan": _draft,
    "mutual_aid:publish-plan:plan": _draft,
    "mutual_aid:simulation:run": _simulated,
    "rights:reverse:code": _paid,
    "rights:evidence:code": _photographed,
    "rights:note:code": _aided,
    "people:correction:code": _reported,
    "people:undo_merge:event": _merge,
    "people:undo_merge:code": lambda world: world.person.code,
    "people:card_check:token": lambda world: token_for(world.person),
    "trail:code": lambda world: Event.objects.filter(verb="people.enrol_many").latest("id").code,
    "mfa_remove_webauthn:pk": _passkey,
    "mfa_edit_webauthn:pk": lambda world: 0,
}
"""Rows that show more than the factories' do, by «app:argument» or «name of the address:argument»."""
