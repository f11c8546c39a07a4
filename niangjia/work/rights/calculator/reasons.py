"""Why a labour relation ended, and what follows from it (离职原因)."""

from dataclasses import dataclass
from enum import StrEnum

from niangjia.work.rights.calculator.sources import Source, contract, rules


class Effect(StrEnum):
    """What a way of ending gives the worker."""

    NOTHING = "nothing"
    SEVERANCE = "severance"
    SEVERANCE_AND_PAY = "severance_and_pay"
    UNLAWFUL = "unlawful"
    EMPLOYED = "employed"


@dataclass(frozen=True)
class Reason:
    """A reason with its Chinese title, its effect, the articles behind it and what an officer would add."""

    title: str
    effect: Effect
    sources: tuple[Source, ...]
    why: str


N, NOTHING = Effect.SEVERANCE, Effect.NOTHING
REASONS = {
    "resignation": Reason("职工自己辞职", NOTHING, (contract(37),), "职工提前通知解除，法律没有规定经济补偿"),
    "mutual_worker_proposed": Reason("职工提出，协商一致", NOTHING, (contract(36), contract(46)), "由职工提出的协商解除，没有经济补偿"),
    "mutual_employer_proposed": Reason("用人单位提出，协商一致", N, (contract(36), contract(46)), "由用人单位提出的协商解除，应当支付经济补偿"),
    "art38_employer_fault": Reason("用人单位有过错，职工解除", N, (contract(38), contract(46)), "因欠薪、不缴社保等解除，应当支付经济补偿"),
    "art39_misconduct": Reason("职工有严重过错，被解除", NOTHING, (contract(39),), "用人单位能证明的，没有经济补偿；证明不了就是违法解除"),
    "art39_probation": Reason("试用期不符合录用条件", NOTHING, (contract(39),), "用人单位能证明的，没有经济补偿；证明不了就是违法解除"),
    "art40_with_notice": Reason("无过错解除，提前 30 日通知", N, (contract(40), contract(46)), "已提前三十日书面通知，只付经济补偿"),
    "art40_pay_in_lieu": Reason(
        "无过错解除，没有提前通知", Effect.SEVERANCE_AND_PAY, (contract(40), contract(46)), "没有提前三十日通知，另付一个月工资（N＋1）"
    ),
    "art41_layoff": Reason("经济性裁员", N, (contract(41), contract(46)), "裁员应当支付经济补偿"),
    "expiry_not_renewed_by_employer": Reason("合同到期，用人单位不续", N, (contract(44), contract(46)), "用人单位不续订，应当支付经济补偿"),
    "expiry_lower_terms_refused": Reason("合同到期，降低条件，职工不续", N, (contract(44), contract(46)), "降低条件续订被拒，应当支付经济补偿"),
    "expiry_same_terms_refused": Reason("合同到期，条件不低，职工不续", NOTHING, (contract(44), contract(46)), "维持或者提高条件续订而职工不续，没有经济补偿"),
    "bankruptcy": Reason("用人单位破产", N, (contract(44), contract(46)), "宣告破产终止的，应当支付经济补偿"),
    "dissolution": Reason("用人单位解散、关闭、吊销", N, (contract(44), contract(46)), "提前解散等终止的，应当支付经济补偿"),
    "task_finished": Reason("以完成任务为期限的合同完成", N, (rules(22),), "任务完成终止的，应当支付经济补偿"),
    "part_time_ended": Reason("非全日制终止", NOTHING, (contract(71),), "非全日制终止用工，不支付经济补偿"),
    "pension_started": Reason("开始享受养老待遇", NOTHING, (contract(44),), "依法享受基本养老保险待遇而终止，第四十六条没有列入经济补偿"),
    "illegal_termination": Reason("违法解除、终止", Effect.UNLAWFUL, (contract(48), contract(87)), "不要求或者不能继续履行的，按经济补偿标准的二倍支付赔偿金"),
    "still_employed": Reason("还在职", Effect.EMPLOYED, (), "劳动关系还在，没有解除、终止的补偿"),
}  # fmt: skip
