from niangjia.core.line import CoreApp


class PeopleConfig(CoreApp):
    """Persons, memberships and officers; personal data sealed and masked (会员、会籍)."""

    name = "niangjia.core.people"
    verbose_name = "会员"
