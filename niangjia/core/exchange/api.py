"""The address partners speak to: signed messages in, signed receipts out; our public keys; what may be said."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Router

from niangjia.base import posting, signing
from niangjia.core.exchange import actions, kinds, queries
from niangjia.core.exchange.enums import State
from niangjia.core.exchange.rules import KEY, KeyReused
from niangjia.core.exchange.wire import LARGEST, KindOut, PublicKey, Reason, Receipt, Unreadable, canonical

router = Router()
BY_STATE = {State.APPLIED: HTTPStatus.OK, State.PARKED: HTTPStatus.ACCEPTED, State.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY}
DESCRIPTION = """A JSON message as described by /exchange/kinds, signed by RFC 9421 with a registered Ed25519 key: covered are `@method`,
`@authority`, `@path`, `content-digest` and `idempotency-key`; `created` is at most five minutes old. The answer is a signed receipt:
200 applied, 202 parked until the message before it came, 422 refused with the reason. The same key again gives the same receipt."""


@router.get("/keys", response=list[PublicKey], auth=None)
def keys(request: HttpRequest) -> Any:
    """Our public keys; the first one signs."""
    return list(queries.own_keys())


@router.get("/kinds", response=list[KindOut], auth=None)
def known_kinds(request: HttpRequest) -> list[KindOut]:
    """Every kind of message with the JSON schema of its facts."""
    ways = (("from_us", kinds.outgoings()), ("to_us", kinds.incomings()))
    return [
        KindOut(kind=one.kind, title=one.title, direction=direction, facts=one.schema.model_json_schema())
        for direction, found in ways
        for one in found.values()
    ]


@router.post(
    "/messages", response={200: Receipt, 202: Receipt, 400: Reason, 401: Reason, 409: Reason, 413: Reason, 422: Receipt}, auth=None,
    description=DESCRIPTION,
)  # fmt: skip
def messages(request: HttpRequest) -> HttpResponse:
    """Take a message from a partner."""
    try:
        asked = _asked(request)
    except RequestDataTooBig:
        return _refusal(
            413, "too_large", f"内容超过 {LARGEST >> 10} KB，请改用文件或公函。", f"The body is larger than {LARGEST >> 10} KB."
        )
    try:
        key_id = signing.verify_request(asked, _public)
    except signing.NotSigned as fault:
        return _refusal(401, fault.code, fault.chinese, fault.english)
    key = request.headers["Idempotency-Key"]
    if not KEY.fullmatch(key):
        return _signed(
            asked,
            400,
            canonical(
                _reason("bad_key", "Idempotency-Key 用 8 到 80 个字母、数字、点、横线。", "Idempotency-Key: 8 to 80 of A–Z a–z 0–9 . _ : -")
            ),
        )
    return _taken(asked, key_id, key)


def _taken(asked: signing.Request, key_id: str, key: str) -> HttpResponse:
    found = queries.key_in_force(key_id)
    assert found is not None, "verified a moment ago in this transaction"
    envelope = {"url": asked.url, "headers": posting.kept(asked.headers)}
    try:
        message = actions.take_in(partner=found.partner, key=key, body=asked.body, transport="api", envelope=envelope)
    except Unreadable as fault:
        return _signed(asked, 400, canonical(_reason("unreadable", str(fault), "The body is no message; see zh.")))
    except KeyReused:
        return _signed(
            asked,
            409,
            canonical(_reason("key_reused", "这个 Idempotency-Key 已用于另一件。", "This Idempotency-Key belongs to another body.")),
        )
    return _signed(asked, BY_STATE[State(message.state)], canonical(actions.receipt_of(message)))


def _asked(request: HttpRequest) -> signing.Request:
    """The request as it is signed. Raises RequestDataTooBig before the body is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        raise RequestDataTooBig
    body = request.body
    if len(body) > LARGEST:
        raise RequestDataTooBig
    return signing.Request(request.method or "", request.build_absolute_uri(request.get_full_path()), dict(request.headers), body)


def _public(key_id: str) -> str | None:
    found = queries.key_in_force(key_id)
    return found.public if found else None


def _reason(code: str, zh: str, en: str) -> Reason:
    return Reason(code=code, zh=zh, en=en)


def _refusal(status: int, code: str, zh: str, en: str) -> HttpResponse:
    """Whoever is not known gets no signature of ours."""
    return HttpResponse(canonical(_reason(code, zh, en)), status=status, content_type="application/json")


def _signed(asked: signing.Request, status: int, body: bytes) -> HttpResponse:
    answer = signing.sign_answer(signing.Answer(asked, int(status), {}, body), actions.own_pair())
    return HttpResponse(body, status=int(status), content_type="application/json", headers=answer.headers)
