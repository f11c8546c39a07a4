"""For machines and operators: is the process alive, is it ready, and the numbers a monitor collects."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from niangjia.core.access.gate import PUBLIC, page
from niangjia.core.home.queries import health, queue_health, worker_health


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
    """The running of the system on one page, for the system administrator."""
    return render(request, "home/operations.html", {"health": health()})
