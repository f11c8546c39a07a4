"""Accounts of the demo: one for every role, offered on its sign-in pages; names and password are made up."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access import actions as access
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.orgs import queries as orgs
from niangjia.core.people import actions as people
from niangjia.core.people import queries as people_queries
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN

PASSWORD = "Huijia-20231218"  # noqa: S105 (the demo's own, shown on its sign-in page)
WORKER_PHONE = "14000000001"


@dataclass(frozen=True)
class Post:
    """A role over a place of the district, from day to day; ``acting_for`` names another account."""

    role: str
    place: str
    valid_from: date = TERM_BEGAN
    valid_to: date | None = None
    acting_for: str = ""


@dataclass(frozen=True)
class Account:
    """Somebody at a desk."""

    username: str
    name: str
    department: str
    what: str
    posts: tuple[Post, ...]


ACCOUNTS = (
    Account("zhuxi", "沈国明", "区总主席", "看全区，批重要事项", (Post("district_leader", "district"),)),
    Account("changwu", "乐海燕", "区总常务副主席", "看全区，批重要事项", (Post("district_leader", "district"),)),
    Account("wenshu", "周一帆", "办公室文书", "代主席看板、批办，留痕记两个人", (Post("leader_office", "district", acting_for="zhuxi"),)),
    Account("zuzhi", "邬丽萍", "组织部", "管全区组建、会员、数据", (Post("dept_officer", "district"),)),
    Account("zuzhi2", "俞建军", "组织部（复核）", "签核历史数据，批准导入", (Post("dept_officer", "district"),)),
    Account("fuwu", "竺敏", "职工服务中心", "接待、查询、服务", (Post("service_centre", "district"),)),
    Account("fuwu2", "虞静娴", "职工服务中心（复核）", "复核互助给付、答复申诉", (Post("service_centre", "district"),)),
    Account("nvgong", "范晓蕾", "女职工部", "密办专员：骚扰、怕报复这类只让专人看的案件", (Post("confidant", "district"),)),
    Account("minglou", "励晓东", "明楼街道总工会", "管本街道的工会和会员", (Post("town_officer", "明楼街道"),)),
    Account("jiangshan", "忻志强", "姜山镇总工会", "管本镇；兼云龙镇的组织员（两个岗位）",
            (Post("town_officer", "姜山镇"), Post("worker_organiser", "云龙镇", date(2022, 3, 1)))),
    Account("hangye", "童雅琴", "行业工会联合会", "管本联合会的工会和会员", (Post("federation_officer", "federation"),)),
    Account("qishou", "裘勇", "骑手联合工会", "管自己这家工会", (Post("grassroots_chair", "riders"),)),
    Account("zuzhiyuan", "应欣怡", "职业化工会工作者", "跑面上的组建和入会", (Post("worker_organiser", "明楼街道"),)),
    Account("zhongcai", "毛文渊", "区劳动人事争议仲裁委员会", "只看交给仲裁委的联合办理案件", (Post("partner", "district"),)),
    Account("faguan", "史佳宁", "区人民法院", "法官助理，只看交给法院的联合办理案件", (Post("partner", "district"),)),
    Account("zhili", "朱立群", "区社会治理中心", "只看交给治理中心的联合办理案件", (Post("partner", "district"),)),
    Account("jingshen", "干志明", "经费审查委员会", "只读，看留痕和姓名", (Post("auditor", "district"),)),
    Account("kuaiji", "闻秋月", "财务部", "记账、确认互助费到账、编制付款", (Post("accountant", "district"),)),
    Account("fuhe", "戎建平", "财务部（复核）", "复核付款批次，不记账", (Post("cashier_checker", "district"),)),
    Account("xitong", "娄凯", "信息中心", "管运行，不看业务数据", (Post("sysadmin", "district"),)),
    Account("anquan", "庄静", "信息中心", "管账号与授权，不看业务数据", (Post("secadmin", "district"),)),
    Account("shenji", "诸葛平", "机关纪委", "看账号和留痕，不办业务", (Post("auditadmin", "district"),)),
    Account("lvshi", "江叙白", "浙江潮起岸律师事务所", "值班律师：接待咨询，办交给自己的法律援助", (Post("lawyer", "district"),)),
    Account("lvshi2", "苏闻笛", "浙江云帆渡律师事务所", "值班律师", (Post("lawyer", "district"),)),
    Account("jieman", "翁国庆", "白鹤街道总工会（已调离）", "岗位已到期：登录后看不到数据",
            (Post("town_officer", "白鹤街道", valid_to=date(2023, 6, 30)),)),
)  # fmt: skip


def demo_accounts() -> list[dict[str, str]]:
    """What the sign-in page of the staff offers: username, password, title, what, name."""
    return [{**_offer(account), "password": PASSWORD} for account in ACCOUNTS]


def _offer(account: Account) -> dict[str, str]:
    facts = asdict(account)
    return {"username": facts["username"], "title": facts["department"], "what": facts["what"], "name": facts["name"]}


@transaction.atomic
def open_accounts(places: Mapping[str, int]) -> dict[str, Actor]:
    """Open every account with its posts; ``places`` gives ids of organisations. Returns actors by user name, under their first post."""
    users: dict[str, Any] = {}
    actors: dict[str, Actor] = {}
    with elevated("seed: accounts of the demo district"):
        for account in ACCOUNTS:
            user = access.open_account(
                username=account.username, name=account.name, department=account.department, password=PASSWORD, by=SYSTEM
            )
            users[account.username] = user
            grants = [_granted(user, post, places, users) for post in account.posts]
            actors[account.username] = under(grants[0])
    return actors


def _granted(user: Any, post: Post, places: Mapping[str, int], users: Mapping[str, Any]) -> Any:
    return access.grant(
        user=user, role=post.role, org=orgs.by_id(places[post.place]), valid_from=post.valid_from, valid_to=post.valid_to,
        acting_for=users.get(post.acting_for), note="演示", by=SYSTEM,
    )  # fmt: skip


@transaction.atomic
def open_worker(union: int) -> dict[str, str]:
    """The account of one rider of a union, who signs in with a code sent to a known phone."""
    with elevated("seed: accounts of the demo district"):
        person = people_queries.active_members(orgs.by_id(union), DEMO_DAY).order_by("joined_on", "id")[5].person
        person = people.change_details(person, phone=WORKER_PHONE, by=SYSTEM)
        people.give_account(person=person, by=SYSTEM)
        return {"phone": WORKER_PHONE, "title": "外卖骑手（会员）", "name": person.name}


def publish(offers: list[dict[str, str]]) -> None:
    """Put the offers where the sign-in pages of the demo read them."""
    settings.DEMO_ACCOUNTS.write_text(json.dumps(offers, ensure_ascii=False, indent=1))


def offered() -> Iterator[str]:
    """Lines to print: who may sign in how."""
    for offer in json.loads(settings.DEMO_ACCOUNTS.read_text()):
        if "username" in offer:
            yield f"{offer['username']:<10} {offer['password']}  {offer['title']}：{offer['what']}"
        else:
            yield f"{offer['phone']} 短信验证码  {offer['title']}"
