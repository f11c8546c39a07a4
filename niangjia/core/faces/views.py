"""Large text, the page for a fault of ours, and the pages that show every component in its fullest and worst state."""

import logging
import secrets
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from niangjia.base.calendar import now, today
from niangjia.core.access.gate import PUBLIC, SIGNED_IN, page
from niangjia.core.faces import samples
from niangjia.core.faces.context import LARGE, TEXT_SIZE_COOKIE
from niangjia.core.faces.fields import BankField, DayField, IdNumberField, MoneyField, PhoneField

A_YEAR = 365 * 24 * 3600
log = logging.getLogger(__name__)


@page(PUBLIC, face="site")
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Remember large or ordinary text in a cookie, and go back to the page."""
    back = request.POST.get("next", "/")
    response = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    if request.POST.get("size") == LARGE:
        response.set_cookie(TEXT_SIZE_COOKIE, LARGE, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(TEXT_SIZE_COOKIE)
    return response


def fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a reference number on the page and in the log, and nothing on the page that could fail again."""
    reference = f"E-{now():%m%d}-{secrets.randbelow(10_000):04d}"
    log.error("reference %s for a fault at %s %s", reference, request.method, request.path)
    return HttpResponseServerError(render_to_string("500.html", {"reference": reference}))


class SampleForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="和身份证上一样", max_length=50)
    id_number = IdNumberField(label="身份证号", help_text="18 位，空格、全角都认")
    phone = PhoneField(label="手机", help_text="用来收进度短信")
    bank = BankField(label="银行卡号", help_text="打钱用，只给财务看", required=False)
    grant = MoneyField(label="补助金额", help_text="元，到分")
    owed = MoneyField(label="工资欠了多少", help_text="大写会自动写好")
    left_on = DayField(label="离职日期", help_text="可以点选，也可以直接写 20231205")
    street = forms.ChoiceField(label="在哪个镇街", choices=[("", "请选"), ("1", "明楼街道"), ("2", "姜山镇")], help_text="上班的地方")
    kinds = forms.MultipleChoiceField(
        label="欠你的是哪种钱？",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("wage", "工资没发、少发|按月的工资、跑单的钱"),
            ("overtime", "加班费没给|国庆、春节上班的也算"),
            ("other", "都不是，我说给你听"),
        ],
    )
    told = forms.CharField(label="还想说的", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="我同意工会和公司联系", help_text="不同意也能求助")


def _refused_form() -> SampleForm:
    return SampleForm(
        {
            "name": "宋晓岚",
            "id_number": "330212 19900101 003８",
            "phone": "139 0000 2210",
            "grant": "0.00",
            "owed": "22,600.00",
            "left_on": "2023年12月5日",
            "street": "1",
            "kinds": ["wage"],
            "agreed": "on",
        }
    )


@page(SIGNED_IN, face="desk")
def help_page(request: HttpRequest) -> HttpResponse:
    """/desk/help: whom to ask, keys, what the clocks' colours mean."""
    day = today()
    clocks = {"far": day + timedelta(days=30), "near": day + timedelta(days=8), "past": day - timedelta(days=4)}
    return render(request, "faces/help.html", clocks)


@page(SIGNED_IN, face="desk")
def components(request: HttpRequest) -> HttpResponse:
    """/desk/components: what the desk is made of."""
    return render(request, "faces/components.html", samples.desk() | {"form": _refused_form()})


@page(SIGNED_IN, face="worker")
def worker_components(request: HttpRequest) -> HttpResponse:
    """/m/components: what a worker's pages are made of."""
    return render(request, "faces/components_worker.html", samples.worker() | {"form": SampleForm(), "place": "home"})


@page(SIGNED_IN, face="board")
def board_components(request: HttpRequest) -> HttpResponse:
    """/board/components: what the board is made of, by day and on the wall."""
    return render(request, "faces/components_board.html", samples.board())
