"""The plans of Ningbo in their 2023 edition, shipped as examples of dated data; a district enters its own and later ones itself."""

from decimal import Decimal

from niangjia.work.mutual_aid.plan.rule import Band, Daily, Lump, Rule, Waiting

READ = "2023 年宁波市职工医疗互助保障参保指南（转载件）；每档按次还是按年、窗口期外参保等未写明处可配置"
YUAN_3000 = Decimal(3000)
IN_SERVICE, RETIRED = "1101", "1201"

P1 = Rule(
    code="P1", title="在职职工住院医疗互助", edition="2023", source=READ, fee=Decimal(60), person_types=(IN_SERVICE,),
    bands=(Band(YUAN_3000, Decimal("0.8")), Band(None, Decimal("0.1"))), first_stay=Decimal(200),
    waiting=Waiting(late_first=60), unit_share=Decimal("0.8"), all_below=10, grace_days=30,
)  # fmt: skip
P2 = Rule(
    code="P2", title="退休人员住院医疗互助", edition="2023", source=READ, fee=Decimal(130), person_types=(RETIRED,),
    bands=(Band(YUAN_3000, Decimal("0.5"), Decimal("0.4")), Band(None, Decimal("0.1"))), waiting=Waiting(late_first=60), grace_days=30,
)  # fmt: skip
P3 = Rule(
    code="P3", title="在职职工特种重病互助", edition="2023", source=READ, fee=Decimal(20), shares=3, person_types=(IN_SERVICE,),
    lump=Lump(Decimal(10000), ("尿毒症", "恶性肿瘤", "再生障碍性贫血", "心脏瓣膜置换", "冠状动脉搭桥", "颅内肿瘤手术", "主动脉手术")),
    waiting=Waiting(days=90), unit_share=Decimal("0.8"),
)  # fmt: skip
P4 = Rule(
    code="P4", title="女职工安康互助", edition="2023", source=READ, fee=Decimal(15), shares=3, person_types=(IN_SERVICE,),
    lump=Lump(Decimal(10000), ("乳腺癌", "卵巢癌", "子宫癌", "宫颈癌", "输卵管癌", "阴道癌")), waiting=Waiting(days=90),
    unit_share=Decimal("0.8"), sex=2,
)  # fmt: skip

SHIPPED = {rule.code: rule for rule in (P1, P2, P3, P4)}

BY_THE_DAY = Rule(
    code="RJT", title="住院津贴互助 示例", edition="示例", fee=Decimal(50), person_types=(IN_SERVICE,), daily=Daily(Decimal(50), 3, 90),
    source="形态示例：按天给津贴、头几天不计、一年有上限，各地常见；金额是在常见区间里取的，不是哪一地的规则", waiting=Waiting(days=30),
)  # fmt: skip
ON_A_CARD = Rule(
    code="HYK", title="会员卡重病保障 示例", edition="2017", fee=Decimal(70), person_types=(IN_SERVICE,),
    lump=Lump(Decimal(20000), ("重大疾病（12 种，名录待核）",)), source="上海工会会员服务卡（2017 年，转载件，待核）：工会出钱，12 种重病给 2 万元",
)  # fmt: skip
EXAMPLES = SHIPPED | {rule.code: rule for rule in (BY_THE_DAY, ON_A_CARD)}
"""What a draft may begin with: the plans of Ningbo, and other shapes seen elsewhere."""
