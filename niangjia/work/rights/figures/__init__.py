"""The figures of rights (维权服务): disputes and their money, legal aid."""

from niangjia.work.rights.figures import aid, disputes

FIGURES = (disputes.FIGURES[0], aid.FIGURES[0], *disputes.FIGURES[1:], *aid.FIGURES[1:])

HEADLINE = ("rights.mediated_disputes", "rights.legal_aid_cases", "rights.recovered_money")
"""What the report puts first."""

PROSE = (
    """{rights.joint_bodies}单位建立完善劳动争议“调裁诉”“三方四合”工作机制。五年累计调解纠纷{rights.mediated_disputes}，提供法律援助{rights.legal_aid_cases}，
    为职工挽回经济损失{rights.recovered_money}，其中已经到手{rights.received_money}。""",
    "调解有结果的{rights.ended_mediations}，成功率{rights.success_share}；在办{rights.open_disputes}，逾期的期限{rights.overdue_clocks}。",
)
"""The article's account of this line; {figure code} is a number, a [stretch] falls away where its figure has none."""
