from niangjia.core.line import CoreApp, NavItem


class OrgsConfig(CoreApp):
    """The tree of unions and federations, employers and partner bodies beside it (组织)."""

    name = "niangjia.core.orgs"
    verbose_name = "组织"
    order = 30
    navigation = (NavItem("工会组织", "sitemap", "orgs:list", "orgs.view"),)
    verbs = {
        "orgs.found": "建会",
        "orgs.found_many": "成批建会",
        "orgs.withdraw_many": "撤回成批建会",
        "orgs.rename": "更名",
        "orgs.move": "调整隶属",
        "orgs.change_facts": "变更登记",
        "orgs.recognise": "三新认定",
        "orgs.merge": "并入另一家工会",
        "orgs.absorb": "并进来一家工会",
        "orgs.dissolve": "撤销",
        "orgs.register_legal_person": "法人登记",
        "orgs.start_term": "换届",
        "orgs.extend_term": "延期换届",
        "orgs.add_employer": "登记单位",
        "orgs.cover": "涵盖单位",
        "orgs.uncover": "不再涵盖单位",
        "orgs.add_partner": "登记合作单位",
    }
