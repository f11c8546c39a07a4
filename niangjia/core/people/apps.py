from django.http import HttpRequest

from niangjia.core.line import CoreApp, Due, NavItem


def _due(request: HttpRequest) -> Due | None:
    from niangjia.core.people.queries import transfers_at

    scope = request.actor.scope  # type: ignore[attr-defined]
    return Due(sum(one.ours_to_answer for one in transfers_at(scope.low, scope.high)))


class PeopleConfig(CoreApp):
    """Persons, memberships and officers; personal data sealed and masked (会员、会籍)."""

    name = "niangjia.core.people"
    verbose_name = "会员"
    order = 20
    navigation = (
        NavItem("会员", "users", "people:list", "people.view"),
        NavItem("会籍接转", "arrows-exchange", "people:transfers", "people.change", _due),
        NavItem("疑似重复", "users-group", "people:duplicates", "people.merge"),
    )
    verbs = {
        "people.receive": "接收",
        "people.register": "登记建档",
        "people.admit": "入会",
        "people.transfer": "转会",
        "people.ask_transfer": "提出转会",
        "people.drop_transfer": "撤回、退回转会",
        "people.change_standing": "会籍状态变更",
        "people.change_form": "就业形态变更",
        "people.end_membership": "退会",
        "people.record_death": "登记去世",
        "people.change_details": "改资料",
        "people.ask_correction": "本人请求更正",
        "people.accept_correction": "更正并答复本人",
        "people.refuse_correction": "答复本人不更正",
        "people.elect_officer": "当选任职",
        "people.end_office": "离任",
        "people.appoint_many": "成批登记任职",
        "people.step_down": "随工会终止离任",
        "people.give_account": "开通手机账号",
        "people.unmask": "查看完整号码",
        "people.export": "导出名单",
        "people.print": "打印证明",
        "people.merge": "合并档案",
        "people.merged_away": "并入另一份档案",
        "people.undo_merge": "撤销合并",
        "people.enrol_many": "成批登记",
        "people.change_many": "成批改资料",
        "people.transfer_many": "成批转会",
        "people.end_many": "成批终止会籍",
        "people.change_standing_many": "成批变更会籍状态",
        "people.take_back_many": "撤销成批登记",
    }
