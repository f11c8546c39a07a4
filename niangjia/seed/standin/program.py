"""The stand-in itself: takes signed messages, answers with signed receipts, sends what follows, and misbehaves when told to."""

import hashlib
import json
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from niangjia.base import posting, signing
from niangjia.base.calendar import today
from niangjia.seed.standin import settlements
from niangjia.seed.standin.notebook import Notebook, key_of
from niangjia.seed.standin.roles import ROLES, new_case

POLL, RETRY = 0.1, 1.0
MOST_TRIES = 30
WAYS = ("replay", "alter", "unsigned", "reorder", "drop_receipt")
"""How a stand-in can be told to misbehave, once for each time it is told."""
Start = Callable[..., Any]


class StandIn:
    """One body: a WSGI application and a thread that sends."""

    def __init__(self, role: str, home: Path, answers_to: str, delay: float | None) -> None:
        self.role, self.delay, self.site = ROLES[role], delay, answers_to.rstrip("/")
        self.keys = key_of(home, role)
        self.notebook = Notebook(home)
        self.misbehaviour: deque[str] = deque()
        self.stopping = threading.Event()
        self._known: dict[str, str] = {}
        self._asked_at = 0.0

    # -- Taking ------------------------------------------------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), 1 << 20)
        body = environ["wsgi.input"].read(length) if length else b""
        where = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"))
        if where == ("POST", "/messages"):
            status, headers, answer = self._take(_request(environ, body))
        elif where[0] == "POST" and where[1].startswith("/control/") and environ.get("CONTENT_TYPE") == "application/json":
            status, headers, answer = self._control(where[1].removeprefix("/control/"), json.loads(body or b"{}"))
        elif where == ("GET", "/log"):
            status, headers, answer = 200, {}, _json(self.notebook.log())
        elif where == ("GET", "/"):
            status, headers, answer = 200, {"Content-Type": "text/plain; charset=utf-8"}, self._told().encode()
        else:
            status, headers, answer = 404, {}, _json({"zh": "没有这个地址", "en": "no such address"})
        start(f"{status} -", list(({"Content-Type": "application/json"} | headers).items()))
        return [answer]

    def _take(self, request: signing.Request) -> tuple[int, dict[str, str], bytes]:
        try:
            signing.verify_request(request, self._public)
        except signing.NotSigned as fault:
            return 401, {}, _json({"code": fault.code, "zh": fault.chinese, "en": fault.english})
        said, digest = json.loads(request.body), hashlib.sha256(request.body).hexdigest()
        key = request.headers["Idempotency-Key"]
        receipt = {
            "receipt": f"{self.keys.key_id}-{self.notebook.count() + 1:05d}", "idempotency_key": key, "body_sha256": digest, "state": "applied",
            "case": said["case"], "reason": None,
        }  # fmt: skip
        known, kept, new = self.notebook.take(key, digest, said["kind"], said["case"] or "", json.dumps(receipt, ensure_ascii=False))
        if known != digest:
            return 409, {}, _json({"code": "key_reused", "zh": "这个键已用于另一件", "en": "key reused"})
        if new and self.delay is not None:
            self._follow(said)
        if self._misbehaves("drop_receipt"):
            return 504, {}, b""
        answer = signing.sign_answer(signing.Answer(request, 200, {}, kept.encode()), self.keys)
        return 200, answer.headers, answer.body

    def _follow(self, said: dict[str, Any]) -> None:
        """What this body sends after such a message, one after the other."""
        replies = self.role.replies.get(said["kind"])
        found = replies(said["facts"], self.notebook.count(), today()) if replies else []
        if self._misbehaves("reorder"):
            found = [*found[1:2], *found[:1], *found[2:]] if len(found) < 4 else [found[3], *found[:3]]
            found = [type(one)(one.kind, one.facts, place) for place, one in enumerate(found, 1)]
        for one in found:
            self.say(one.kind, one.facts, case=said["case"], reply_to=said["number"], seconds=(self.delay or 0) * one.after)

    def say(self, kind: str, facts: dict[str, Any], *, case: str | None, reply_to: str | None = None, seconds: float = 0) -> None:
        """Something this body has to say, by its own number."""
        number = f"{self.keys.key_id}-{self.notebook.count('outbox') + 1:05d}"
        body = {"kind": kind, "number": number, "case": case, "reply_to": reply_to, "on": today().isoformat(), "facts": facts}
        self.notebook.put(body, seconds)

    def _control(self, verb: str, said: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        match verb:
            case "misbehave" if said.get("how") in WAYS:
                self.misbehaviour.append(said["how"])
            case "originate" if self.role.channel:
                self.originate(**said)
            case "settle" if self.role.settles:
                self.settle(**said)
            case "say":
                self.say(said["kind"], said["facts"], case=said.get("case"), reply_to=said.get("reply_to"))
            case _:
                return 404, {}, _json({"zh": "不会这个", "en": "unknown"})
        return 200, {}, b"{}"

    def originate(self, **said: Any) -> None:
        """A new case from this body."""
        self.say("rights.case", new_case(self.role, self.notebook.count("outbox") + 1, today(), **said), case=None)

    def settle(self, persons: Sequence[str] = (), take_back: Sequence[dict[str, str]] = ()) -> None:
        """Made-up settlements of these persons, by their identity numbers, and earlier ones taken back."""
        first = (self.notebook.count("outbox") + 1) * 1000
        for facts in settlements.messages(persons, first=first, on=today(), take_back=take_back):
            self.say(settlements.KIND, facts, case=None)

    def _told(self) -> str:
        log = self.notebook.log()
        lines = [f"{self.role.name}（演示替身 stand-in）", "", "收到 taken"]
        lines += [f"  {row['kind']}  {row['case_code']}  × {row['times']}" for row in log["taken"]]
        lines += ["", "发出 sent", *(f"  {row['kind']}  {row['case_code']}  {row['status'] or '待发'}" for row in log["sent"])]
        return "\n".join(lines) + "\n"

    def _public(self, key_id: str) -> str | None:
        if key_id not in self._known and time.monotonic() - self._asked_at > RETRY:
            self._asked_at = time.monotonic()
            try:
                with urlopen(f"{self.site}/api/v1/exchange/keys", timeout=10) as answer:  # noqa: S310 (the site it answers to)
                    self._known = {one["key_id"]: one["public"] for one in json.loads(answer.read(65536))}
            except (URLError, OSError, ValueError):
                return None
        return self._known.get(key_id)

    def _misbehaves(self, how: str) -> bool:
        if how in self.misbehaviour:
            self.misbehaviour.remove(how)
            return True
        return False

    # -- Sending -----------------------------------------------------------------------------------------------------------------

    def send_what_is_due(self) -> None:
        """Until told to stop."""
        while not self.stopping.wait(POLL):
            for row in self.notebook.due():
                self._send(row)

    def _send(self, row: Any) -> None:
        reply = self._post(row)
        if reply.status in (200, 202, 409, 422):
            self.notebook.done(row["id"], reply.status, reply.body.decode())
        elif row["tries"] >= MOST_TRIES:
            self.notebook.done(row["id"], reply.status or 599, "")
        else:
            self.notebook.later(row["id"], RETRY)

    def _post(self, row: Any) -> posting.Reply:
        request = self._signed(row)
        if self._misbehaves("replay"):
            posting.post(request)
        if self._misbehaves("alter"):
            return self._first_badly(request, body=request.body.replace(b'"on"', b'"oN"'))
        if self._misbehaves("unsigned"):
            headers = {name: value for name, value in request.headers.items() if not name.startswith("Signature")}
            return self._first_badly(request, headers=headers)
        return self._believed(request, posting.post(request))

    def _first_badly(self, request: signing.Request, **changes: Any) -> posting.Reply:
        """Send it spoilt; what comes back is not final, so that the honest one follows."""
        spoilt = signing.Request(request.method, request.url, dict(request.headers), request.body)
        for name, value in changes.items():
            setattr(spoilt, name, value)
        return posting.Reply(0, fault=f"spoilt: {posting.post(spoilt).status}")

    def _signed(self, row: Any) -> signing.Request:
        headers = {"Content-Type": "application/json", "Idempotency-Key": row["key"]}
        return signing.sign_request(
            signing.Request("POST", f"{self.site}/api/v1/exchange/messages", headers, row["body"].encode()), self.keys
        )

    def _believed(self, request: signing.Request, reply: posting.Reply) -> posting.Reply:
        """A receipt without the platform's signature is none."""
        if reply.status not in (200, 202, 422):
            return reply
        try:
            signing.verify_answer(signing.Answer(request, reply.status, dict(reply.headers), reply.body), self._public)
        except signing.NotSigned as fault:
            return posting.Reply(0, fault=str(fault))
        return reply


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Addresses and codes of cases belong into no log."""


def _request(environ: dict[str, Any], body: bytes) -> signing.Request:
    named = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    headers = {name.replace("_", "-").title(): value for name, value in named.items()}
    return signing.Request(
        environ["REQUEST_METHOD"], f"http://{environ.get('HTTP_HOST', '')}{environ.get('PATH_INFO', '/')}", headers, body
    )


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def run(role: str, home: Path, port: int, answers_to: str, delay: float | None, originate: int = 0) -> None:
    """Serve on this machine until SIGTERM; says its address and public key first."""
    body = StandIn(role, home, answers_to, delay)
    server = make_server("127.0.0.1", port, body, server_class=_Server, handler_class=_Quiet)
    said = {"role": role, "url": f"http://127.0.0.1:{server.server_port}/messages", "key_id": body.keys.key_id, "public": body.keys.public}
    print(json.dumps(said), flush=True)
    if not body.notebook.count("outbox"):
        for _ in range(originate if body.role.channel else 0):
            body.originate()
    sender = threading.Thread(target=body.send_what_is_due, daemon=True)
    sender.start()

    def stop(*_: Any) -> None:
        body.stopping.set()
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.serve_forever(poll_interval=0.1)
    sender.join(15)
