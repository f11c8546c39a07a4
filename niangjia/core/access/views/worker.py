"""How a worker signs in: phone, six digits, and which of the persons who share the phone."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from niangjia.base.scope import elevated
from niangjia.base.sealing import blind
from niangjia.core.access import actions
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.demo import worker_offers
from niangjia.core.access.forms import DigitsForm, PhoneForm
from niangjia.core.access.gate import OWN, PUBLIC, page
from niangjia.core.access.models import SignInCode
from niangjia.core.access.queries import phone_of, proved_code
from niangjia.core.notices.actions import send_sms
from niangjia.core.notices.enums import Kind
from niangjia.core.notices.queries import code_in_demo
from niangjia.core.people.actions import give_account, receive_newcomer
from niangjia.core.people.models import PHONE, Person

SHOWN = {"back_url": "/"}


@page(PUBLIC, face="worker")
@never_cache
def sign_in(request: Any) -> HttpResponse:
    """Ask for the phone; known or not, the answer is the same."""
    form = PhoneForm(_posted(request))
    if form.is_valid() and _says(form, lambda: _send_code(request, form.cleaned_data["phone"])):
        return redirect("access:worker-code")
    context = {"form": form, "offers": worker_offers(), "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "access/worker/phone.html", SHOWN | context)


@page(PUBLIC, face="worker")
@never_cache
def code(request: Any) -> HttpResponse:
    """Ask for the digits."""
    code_id = request.session.get("code")
    if not code_id:
        return redirect("worker_sign_in")
    form = DigitsForm(_posted(request))
    if form.is_valid():
        right, why = actions.try_code(code_id=code_id, typed=form.cleaned_data["digits"])
        if right:
            request.session["proved"] = request.session.pop("code")
            return _enter(request)
        form.add_error("digits", why)
    with elevated("sign-in: the demo shows the message instead of sending it"):
        said = code_in_demo(code_id)
    return render(request, "access/worker/code.html", SHOWN | {"form": form, "demo_message": said, "back_url": "/m/sign-in/"})


@page(PUBLIC, face="worker")
@never_cache
def who(request: Any) -> HttpResponse:
    """Which of the persons who share the phone; where there is none, where to join."""
    persons = _persons(request)
    if persons is None:
        return redirect("worker_sign_in")
    if request.method == "POST":
        chosen = next((person for person in persons if person.code == request.POST.get("person")), None)
        if chosen:
            return _begin(request, chosen)
        if not persons and request.POST.get("name", "").strip():
            return _receive(request, proved_code(request.session.get("proved")))
    template = "access/worker/who.html" if persons else "access/worker/unknown.html"
    return render(request, template, SHOWN | {"persons": persons})


def _receive(request: Any, proved: SignInCode | None) -> HttpResponse:
    """Somebody unknown asks for help: a name is enough, and the phone they proved."""
    if proved is None:
        return redirect("worker_sign_in")
    try:
        person = receive_newcomer(name=request.POST["name"], phone=phone_of(proved), by=SYSTEM)
    except ValidationError as refusal:
        return render(request, "access/worker/unknown.html", SHOWN | {"persons": [], "refusal": "；".join(refusal.messages)}, status=422)
    return _begin(request, person)


@page(OWN, face="worker")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on this phone."""
    if request.method == "POST":
        get_adapter(request).logout(request)
    return redirect("/")


@page(OWN, face="worker")
def sign_out_everywhere(request: Any) -> HttpResponse:
    """End the sessions on every phone, this one too: for a phone that was lost or lent."""
    if request.method == "POST":
        actions.end_sessions(user=request.user, by=actions.oneself(request.user))
        get_adapter(request).logout(request)
    return redirect("/")


def _send_code(request: Any, phone: str) -> None:
    issued = actions.issue_code(phone=phone, address=get_adapter(request).get_client_ip(request))
    text = _("【娘家】验证码 %(digits)s，10 分钟内有效。不要告诉别人，工会的人也不会问你要。") % {"digits": issued.digits}
    send_sms(phone=phone, text=text, kind=Kind.SIGN_IN_CODE, by=SYSTEM, subject=f"code:{issued.row.pk}")
    request.session["code"] = issued.row.pk
    request.session.pop("proved", None)
    request.session["next"] = request.POST.get("next", "")


def _says(form: PhoneForm, act: Callable[[], None]) -> bool:
    """Whether the act went through; a refusal stands at the field."""
    try:
        act()
    except ValidationError as refusal:
        form.add_error("phone", refusal)
        return False
    return True


def _enter(request: Any) -> HttpResponse:
    """One person on the phone is signed in at once; more are asked, none is told where to join."""
    persons = _persons(request)
    return _begin(request, persons[0]) if persons and len(persons) == 1 else redirect("access:worker-who")


def _persons(request: Any) -> list[Person] | None:
    """The living persons with the phone that this session proved; None if it proved none."""
    proved = proved_code(request.session.get("proved"))
    if proved is None:
        return None
    with elevated("sign-in: whose phone it is, before anybody is known"):
        living = Person.objects.filter(phone_index=blind(phone_of(proved), PHONE), merged_into__isnull=True, deceased_on__isnull=True)
        return list(living.select_related("home_org").order_by("id"))


def _begin(request: Any, person: Person) -> HttpResponse:
    target = request.session.get("next", "")
    user = give_account(person=person, by=SYSTEM)
    if not user.is_active:
        return render(request, "access/worker/closed.html", SHOWN)
    actions.sign_in_worker(request=request, user=user, person_id=person.pk, org=person.home_org_id)
    safe = target.startswith("/m/") and url_has_allowed_host_and_scheme(target, {request.get_host()})
    return redirect(target if safe else "/m/")


def _posted(request: Any) -> Any:
    """What was posted, also if it is empty; None on GET."""
    return request.POST if request.method == "POST" else None
