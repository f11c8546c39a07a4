"""For machines and operators: is the process alive, is it ready, and the numbers a monitor collects."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.faces.shapes import Fact
from niangjia.core.home.queries import all_checks, health, queue_health, worker_health


@page(PUBLIC, face="site")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(PUBLIC, face="site")
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and worker answer; 503 when one does not."""
    worker, queue = worker_health(), queue_health()
    ready = worker["alive"] and not queue["stalled"]
    return JsonResponse({"ready": ready, "worker": worker["alive"], "queue_stalled": queue["stalled"]}, status=200 if ready else 503)


@page(PUBLIC, face="site")
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges in the Prometheus text format; numbers of jobs only, nothing about anyone."""
    worker, queue = worker_health(), queue_health()
    gauges = {
        "niangjia_worker_alive": int(worker["alive"]),
        "niangjia_jobs_waiting": queue["waiting"],
        "niangjia_jobs_failed": queue["failed"],
        "niangjia_queue_stalled": int(queue["stalled"]),
    }
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in gauges.items()]
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4")


@page("operations.view")
def operations(request: HttpRequest) -> HttpResponse:
    """The running of the system on one page, for the system administrator; `?check=1` recomputes everything."""
    state = health()
    facts = [
        Fact("数据库", f"PostgreSQL {state['database']}"),
        Fact("后台作业", f"最近一次回应 {_at(state['worker']['last_heartbeat'])}"),
        Fact("排队的作业", f"{state['queue']['waiting']} 个"),
        Fact("失败的作业", f"{state['queue']['failed']} 个"),
        Fact("最老的在等", f"从 {_at(state['queue']['oldest_waiting_since'])}" if state["queue"]["oldest_waiting_since"] else "没有"),
        Fact("最近一条留痕", _at(state["last_event_at"])),
        Fact("未做的表结构升级", f"{state['missing_migrations']} 个"),
        Fact("版本", state["version"]),
    ]
    checks = all_checks() if request.GET.get("check") else None
    return render(request, "home/operations.html", {"health": state, "facts": facts, "checks": checks})


def _at(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else "还没有"
