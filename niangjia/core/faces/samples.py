"""Invented rows for the component pages: every component full, empty, late and with the longest texts met in practice."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import today
from niangjia.core.faces.shapes import (
    BarRow,
    BigNumber,
    Dot,
    Fact,
    Happening,
    Lane,
    Link,
    Place,
    Portion,
    Series,
    Span,
    Stage,
    TreeNode,
)

LONG_NAME = "麦麦提阿卜杜拉·图尔荪托合提·阿卜杜热合曼江买买提"
LONG_UNION = "宁波市鄞州区姜山镇铸造与机械零部件加工行业工会联合会委员会"
YEARS = ("2019", "2020", "2021", "2022", "2023")
MONTHS = tuple(f"{month}月" for month in range(1, 13))


@dataclass(frozen=True)
class SamplePage:
    """A page of a list, as base.paging.Page looks to the foot of a list."""

    number: int
    total: str
    first_row: int
    last_row: int
    has_next: bool


@dataclass(frozen=True)
class SampleTask:
    line: str
    title: str
    note: str
    town: str
    due_on: date
    article: str
    time: str = ""


def _days(number: int) -> date:
    return today() + timedelta(days=number)


def desk() -> dict[str, Any]:
    """Context of the desk's component page."""
    return {
        **_lists(),
        **_pictures(),
        "facts": _facts(),
        "numbers": _five(),
        "stages": _stages(),
        "happenings": _happenings(),
        "lanes": _lanes(),
        "life_start": date(today().year - 2, 1, 1),
        "life_end": _days(120),
        "tree": _tree(),
        "long_name": LONG_NAME,
        "long_union": LONG_UNION,
        "hostile": "<script>alert('名')</script>",
        "near": _days(8),
        "far": _days(331),
        "now": today(),
        "past": _days(-4),
        "passed": _days(-13),
        "share_url": "https://example.org/m/organising/join?code=JOIN-330212-2023-00118",
    }


def _lists() -> dict[str, Any]:
    return {
        "rows": _unions(),
        "tasks": _tasks(),
        "chips": [
            Link("等我办", "?mine=1", 15, active=True),
            Link("我发起的", "?mine=2", 6),
            Link("抄给我", "?mine=3", 11),
            Link("明楼街道", "?", removes=True),
            Link("2023年", "?", removes=True),
        ],
        "views": [Link("下月满届、没发起换届", "?view=1", 18), Link("新业态，明楼街道", "?view=2", 1248, active=True)],
        "tabs": [
            Link("概况", "#", active=True),
            Link("会员", "#", 286),
            Link("委员会", "#", 7),
            Link("经过", "#", 3214),
            Link("文书", "#", 0),
        ],
        "periods": [Link("本届五年 2019—2023", "?p=5", active=True), Link("2023年", "?p=1"), Link("本月", "?p=m")],
        "page_few": SamplePage(2, "3,000", 21, 40, has_next=True),
        "page_many": SamplePage(312, "10,000+", 6221, 6240, has_next=True),
        "page_none": SamplePage(1, "0", 0, 0, has_next=False),
    }


def _pictures() -> dict[str, Any]:
    return {
        "portions": _portions(),
        "kinds": _kinds(),
        "months": MONTHS,
        "this_year": [
            Series("2022年", (36, 17, 18, 16, 19, 20, 22, 19, 21, 20, 25, 35), quiet=True),
            Series("2023年", (34, 21, 22, 19, 20, 22, 21, 23, 20, 24, 29, 40)),
        ],
        "years": YEARS,
        "one_series": [Series("参保", (Decimal("26.12"), Decimal("28.94"), Decimal("31.50"), Decimal("33.87"), Decimal("37.38")))],
        "two_series": [Series("调解", (168, 196, 241, 268, 295)), Series("援助", (31, 38, 46, 54, 63))],
        "counts": (168, 196, 241, 268, 295),
    }


def worker() -> dict[str, Any]:
    """Context of the worker's component page."""
    return {
        "near": _days(8),
        "meeting": _days(2),
        "stages": _worker_stages(),
        "sums": _sums(),
        "settlement": _settlement(),
    }


def board() -> dict[str, Any]:
    """Context of the board's component page."""
    rows = [BarRow(name, Decimal(value), f"?town={n}", text=value) for n, (name, value) in enumerate(TOWNS_MEDIATION)]
    return {
        "headline": [Series("会员", (42.8, 44.3, 46.1, 48.5, 50.6)), Series("新业态", (0.4, 0.9, 2.2, 4.1, 5.5))],
        "eight": _eight(),
        "towns": rows,
        "places": [Place(*spot) for spot in STATIONS],
        "tasks": _tasks()[:4],
        "years": YEARS,
        "money_back": [BarRow("挽回损失", 2239, text="2,239 余", active=True)],
        "money_out": [
            BarRow("两节送温暖", Decimal("773.22")),
            BarRow("对口协作捐赠", 200, text="200 余"),
            BarRow("困难职工帮扶", Decimal("113.18")),
            BarRow("扶持创业", 75, text="75.00"),
        ],
        "enrolments": [Series("参保", (26.12, 28.94, 31.5, 33.87, 37.38))],
        "disputes": [Series("调解", (168, 196, 241, 268, 295)), Series("援助", (31, 38, 46, 54, 63))],
        "recovered": [Series("挽回", (298.4, 362.7, 451.2, 530.6, 596.1))],
        "periods": [Link("本届五年 2019—2023", "?p=5", active=True), Link("2023年", "?p=1"), Link("本月", "?p=m")],
    }


TOWNS_MEDIATION = (
    ("明楼街道", "45.3"),
    ("邱隘镇", "28.0"),
    ("福明街道", "28.0"),
    ("钟公庙街道", "26.3"),
    ("东胜街道", "25.0"),
    ("下应街道", "24.6"),
    ("潘火街道", "24.5"),
    ("百丈街道", "23.4"),
    ("首南街道", "23.0"),
    ("中河街道", "22.8"),
    ("姜山镇", "22.6"),
    ("云龙镇", "22.5"),
    ("东柳街道", "21.9"),
    ("五乡镇", "21.1"),
    ("白鹤街道", "19.6"),
    ("东郊街道", "19.4"),
    ("横溪镇", "16.7"),
    ("东吴镇", "16.0"),
    ("咸祥镇", "12.1"),
    ("瞻岐镇", "10.4"),
    ("塘溪镇", "9.3"),
)
STATIONS = (
    ("下应", 121.585, 29.812, 6, "", True),
    ("钟公庙", 121.545, 29.815, 8, "", True),
    ("首南", 121.545, 29.800, 7, "", True),
    ("中河", 121.565, 29.825, 10, "", True),
    ("潘火", 121.590, 29.832, 6, "", True),
    ("百丈", 121.568, 29.862, 4, "", True),
    ("东胜", 121.572, 29.872, 5, "", True),
    ("明楼", 121.588, 29.868, 9, "", True),
    ("白鹤", 121.562, 29.855, 4, "", True),
    ("东柳", 121.585, 29.860, 5, "", True),
    ("东郊", 121.605, 29.868, 4, "", True),
    ("福明", 121.612, 29.870, 7, "", True),
    ("瞻岐", 121.905, 29.735, 2),
    ("咸祥", 121.790, 29.655, 2),
    ("塘溪", 121.735, 29.690, 1),
    ("东吴", 121.735, 29.790, 2),
    ("五乡", 121.690, 29.850, 4),
    ("邱隘", 121.650, 29.855, 6),
    ("云龙", 121.600, 29.775, 3),
    ("横溪", 121.625, 29.720, 2),
    ("姜山", 121.545, 29.735, 6),
)


def _facts() -> list[Fact]:
    return [
        Fact("统一社会信用代码", "81330212MC0000012A"),
        Fact("建会", "2018年3月16日"),
        Fact("批复", "鄞总工组〔2018〕9 号"),
        Fact("上级", LONG_UNION, "#"),
        Fact("职工 / 会员", "312 / 286，入会率 91.7%"),
        Fact("女会员", "41 人，14.3%"),
        Fact("主席", LONG_NAME),
        Fact("经费账户", None),
    ]


def _five() -> list[BigNumber]:
    return [
        BigNumber("新增", 862, note="登记里没有，建新会员", url="?d=new", icon="user-plus"),
        BigNumber("相同", 241, note="一字不差，不动", icon="equal"),
        BigNumber("变更", 97, note="改 112 处，逐处可看", tone="notice", icon="arrows-exchange"),
        BigNumber("重复", 31, note="表内 19，别的工会 12", icon="copy"),
        BigNumber("退回", 17, note="要改好再导", tone="late", icon="alert-triangle"),
    ]


def _portions() -> list[Portion]:
    return [
        Portion("新增", 862, "ok"),
        Portion("相同", 241),
        Portion("变更", 97, "notice"),
        Portion("重复", 31, "grey"),
        Portion("退回", 17, "late"),
    ]


def _stages() -> list[Stage]:
    return [
        Stage("协商", "done", ("12月27日—29日", "谈成一项，付 7,120 元")),
        Stage("调解", "now", ("1月2日收到申请", "1月11日 14:00 开第一次会")),
        Stage("仲裁", "todo", ("调解不成可申请", "不收费")),
        Stage("诉讼", "skip", ("不服裁决", "收到后 15 日内")),
        Stage("履行", "todo", ("付清并有凭证", "才算办结")),
    ]


def _worker_stages() -> list[Stage]:
    return [
        Stage("协商：谈成了一部分", "done", ("12月29日，公司答应先付 10 月工资。1月5日，7,120 元已到账。",)),
        Stage("调解：谈剩下的 22,600 元", "now", ("最晚 1月17日 要有结果。",), _days(8), "调解仲裁法第十四条：15 天"),
        Stage("谈不成，去仲裁", "todo", ("不收费。律师帮你写材料。",), _days(331), "调解仲裁法第二十七条：1 年"),
        Stage("不服仲裁，去法院", "todo", ("收到裁决 15 天内起诉。",)),
        Stage("钱到手，才算办完", "todo", ("到账后我们会问你一声。",)),
    ]


def _happenings() -> list[Happening]:
    return [
        Happening(_days(8), "调解期满", "到期没有结果，发终止调解告知，写明仲裁时效"),
        Happening(_days(2), "第一次调解会", "明楼服务中心 2 楼，14:00"),
        Happening(_days(-1), "通知双方到会", "沈慧 · 当事人已读，公司已回执"),
        Happening(_days(-4), "收到一笔钱", "银行回单 1 张，当事人确认", "#", amount=Decimal(7120)),
        Happening(_days(-7), "转入调解", "沈慧 · 起算 15 日"),
        Happening(_days(-13), "受理答复超过 1 个工作日", "已告知分管副主席", tone="late"),
        Happening(_days(-14), "手机提交求助", "22:14，四个问题、4 张图"),
    ]


def _lanes() -> list[Lane]:
    year = today().year
    return [
        Lane("用工", (Span(date(year - 2, 3, 14), _days(-35), "迅帆配送，外卖配送员，有劳动合同"),), (Dot(_days(-35), "离职"),)),
        Lane(
            "会籍",
            (Span(date(year - 2, 4, 20), _days(-5), "迅帆配送工会，集中入会", "", "#"),),
            (Dot(_days(-5), "转会，等本人同意", "notice"),),
        ),
        Lane("维权服务", (Span(_days(-14), _days(8), "欠薪，调解中", "red", "#"),), (Dot(_days(-195), "驿站律师咨询，25 分钟"),)),
        Lane(
            "医疗互助",
            (
                Span(date(year - 2, 6, 1), date(year - 1, 4, 30), "2022 年度，住院互助 1 份"),
                Span(date(year - 1, 5, 29), None, "2023 年度，1 份"),
            ),
            (Dot(_days(-32), "到账 2,063.74", "ok", "#"),),
        ),
        Lane(
            "竞赛与成长",
            (),
            (
                Dot(date(year - 2, 11, 5), "配送技能竞赛，第 8 名", "gold"),
                Dot(date(year - 1, 3, 18), "急救课合格"),
                Dot(date(year - 1, 9, 16), "认定中级工（四级）"),
            ),
        ),
        Lane("困难帮扶", (), (Dot(date(year - 1, 1, 12), "春节走访，500 元"), Dot(date(year - 1, 8, 3), "送清凉物资"))),
        Lane("疗休养"),
    ]


def _unions() -> list[dict[str, Any]]:
    return [
        {"name": "迅帆配送工会", "town": "明楼街道", "kind": "单独基层工会", "staff": 312, "members": 286, "ends": _days(68)},
        {"name": "甬林家政工会", "town": "东柳街道", "kind": "单独基层工会", "staff": 130, "members": 117, "ends": _days(3)},
        {"name": LONG_UNION, "town": "姜山镇", "kind": "行业工会联合会", "staff": 2160, "members": 1948, "ends": _days(-41)},
    ]


def _tasks() -> list[SampleTask]:
    return [
        SampleTask(
            "协商与和谐", "职工说事：夜班班车取消", "甬达机电 27 人联名，单位没有答复", "姜山镇", _days(-4), "本区说事制度：10 日答复"
        ),
        SampleTask("维权服务", "仓储分拣员工伤待遇争议", "调解期满未出结果，要发终止告知", "潘火街道", _days(-1), "调解仲裁法第十四条"),
        SampleTask(
            "维权服务", "配送员欠薪，申请法律援助", "离时效届满不足 7 日，先行援助", "明楼街道", today(), "法律援助法第四十四条", "12:00"
        ),
        SampleTask("组建发展", "入会申请 12 人", "明楼街道小哥联合工会，扫码入会", "明楼街道", _days(3), "本区承诺：3 个工作日"),
        SampleTask("组建发展", f"{LONG_UNION}换届请示", "1,948 名会员，候选人名单待审", "姜山镇", _days(40), "工会法第十六条"),
    ]


def _tree() -> list[TreeNode]:
    riders = TreeNode(
        "小哥工会联合会",
        "#",
        11,
        (TreeNode("明楼小哥联合工会", "#", 523), TreeNode("迅帆配送工会", "#", 286, active=True), TreeNode(LONG_UNION, "#", 148)),
        open=True,
    )
    street = TreeNode(
        "明楼街道总工会", "#", 187, (TreeNode("社区工会联合会", "#", 64, children_url="/desk/orgs/tree?of=1"), riders), open=True
    )
    return [
        TreeNode("鄞州区总工会", "#", 3956, (TreeNode("中河街道总工会", "#", 438, children_url="/desk/orgs/tree?of=2"), street), open=True)
    ]


def _kinds() -> list[BarRow]:
    return [
        BarRow("外卖配送员", 201, "#", note="70.3%", active=True),
        BarRow("快递员", 34, "#", note="11.9%", active=True),
        BarRow("站点管理", 28, note="9.8%"),
        BarRow("仓储分拣", 15, note="5.2%"),
        BarRow("客服", 0, note="0%"),
    ]


def _sums() -> list[BigNumber]:
    return [BigNumber("你要的", 29720, exact=True), BigNumber("说定的", 7120, exact=True), BigNumber("到手的", 7120, tone="ok", exact=True)]


def _settlement() -> list[Portion]:
    return [
        Portion("医保付的", Decimal("13201.52")),
        Portion("医保内、你自己付的", Decimal("2329.68"), "red"),
        Portion("起付线和自费项目", Decimal("3111.15"), "grey"),
    ]


def _eight() -> list[BigNumber]:
    return [
        BigNumber("实名制工会", 3956, "家", "比上年多 148", "?f=1", history=(3320, 3480, 3640, 3808, 3956)),
        BigNumber("新业态工会", 144, "家", "会员 5.5 万人", "?f=2", history=(8, 26, 61, 108, 144)),
        BigNumber("活力基层工会", 1150, "家", "满意率 90% 以上", "?f=3", history=(620, 760, 880, 1010, 1150)),
        BigNumber("小哥驿站", 103, "家", "另有鄞工驿站 28 个", "?f=4", history=(31, 48, 66, 85, 103)),
        BigNumber("医疗互助参保", 1578100, "人次", "五年累计", "?f=5", history=(26, 29, 31, 34, 37)),
        BigNumber("调解纠纷", 1168, "件", "2023年 295 件", "?f=6", history=(168, 196, 241, 268, 295)),
        BigNumber("法律援助", 232, "件", "2023年 63 件", "?f=7", history=(31, 38, 46, 54, 63)),
        BigNumber("挽回经济损失", 22390000, "元", "五年累计", "?f=8", history=(298, 363, 451, 531, 596)),
    ]
