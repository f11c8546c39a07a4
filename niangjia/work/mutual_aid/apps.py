from niangjia.core.line import LineOfWork


class MutualAidConfig(LineOfWork):
    """Mutual medical aid: plans, enrolments, settlements that become money without a form (医疗互助)."""

    name = "niangjia.work.mutual_aid"
    verbose_name = "医疗互助"
    order = 6
    summary = "参加医疗互助、医保结算自动核定给付，不用填表"
