"""Names of invented employers, and the few units the public account itself names."""

import polars as pl

from niangjia.core.orgs.actions import NewEmployer
from niangjia.core.orgs.enums import Nature, Scale
from niangjia.seed.chance import Chance, table
from niangjia.seed.numbers import credit_code

REGIONS = ("宁波", "宁波", "宁波市鄞州区", "鄞州", "浙江", "宁波东城")
MIDDLES = ("", "", "新", "华", "达", "鑫", "隆", "博", "远", "盛", "和", "嘉", "安", "润", "川", "岳", "丰", "凯", "诺", "亿", "正")
NAMED = {
    "姜山镇": ("奥克斯空调股份有限公司", Nature.PRIVATE, "C", Scale.LARGE),
    "区国资系统": ("国网鄞州供电公司", Nature.STATE, "D", Scale.LARGE),
    "明楼街道": ("盒马鲜生明楼店小哥驿站", Nature.PRIVATE, "F", Scale.SMALL),
}
"""Employers whose names are public; nothing but the name is taken from life."""
SYSTEM_BRANCH = {"区教育系统": "教育", "区卫健系统": "医疗", "区建设系统": "建筑", "区交通系统": "物流", "区商务系统": "商贸"}
PLATFORM_BRANCH = "物流"


class Companies:
    """Gives out employers with names and credit codes of their own."""

    def __init__(self, chance: Chance) -> None:
        self.chance, self.number, self.used = chance, 0, set[str]()
        words = table("company_words")
        self.branches = words["branch"].unique(maintain_order=True).to_list()
        self.industry = dict(words.select("branch", "industry").unique().iter_rows())
        self.words = {branch: self._part(words, branch, "name") for branch in self.branches}
        self.forms = {branch: self._part(words, branch, "form") for branch in self.branches}

    @staticmethod
    def _part(words: pl.DataFrame, branch: str, part: str) -> list[str]:
        return words.filter((pl.col("branch") == branch) & (pl.col("part") == part))["text"].to_list()

    def brand(self, branch: str) -> str:
        """A word for a name: 恒泽, 快鹿."""
        return self.chance.choice(self.words[branch])

    def employer(self, branch: str | None = None, *, platform: bool = False, staff: int = 20) -> NewEmployer:
        """An employer nobody had before."""
        branch = branch or self.chance.choice(self.branches)
        name = self._name(branch)
        while name in self.used:
            name = self._name(branch)
        self.used.add(name)
        return self._registered(name, self._nature(branch, platform), self.industry[branch], self._scale(staff), staff, platform)

    def named(self, place: str, staff: int) -> NewEmployer:
        """One of the units that the public account names."""
        name, nature, industry, scale = NAMED[place]
        return self._registered(name, nature, industry, scale, staff, False)

    def institution(self, name: str, industry: str, nature: Nature, staff: int) -> NewEmployer:
        """A school, hospital or organ."""
        return self._registered(name, nature, industry, self._scale(staff), staff, False)

    def _name(self, branch: str) -> str:
        middle = self.chance.choice(MIDDLES)
        return f"{self.chance.choice(REGIONS)}{self.brand(branch)}{middle}{self.chance.choice(self.forms[branch])}"

    def _nature(self, branch: str, platform: bool) -> Nature:
        if platform:
            return Nature.PLATFORM
        kinds = (Nature.PRIVATE, Nature.STATE, Nature.FOREIGN, Nature.HONGKONG, Nature.SELF_EMPLOYED, Nature.SOCIETY)
        return self.chance.choices(kinds, (80, 4, 4, 4, 6, 2))[0]

    def _scale(self, staff: int) -> Scale:
        bounds = ((1000, Scale.LARGE), (300, Scale.MEDIUM), (20, Scale.SMALL))
        return next((scale for least, scale in bounds if staff >= least), Scale.MICRO)

    def _registered(self, name: str, nature: Nature, industry: str, scale: Scale, staff: int, platform: bool) -> NewEmployer:
        self.number += 1
        facts = {"industry": industry, "scale": scale, "staff_total": staff, "is_platform": platform}
        return NewEmployer(name, nature, credit_code(self.number), facts)
