from niangjia.core.line import CoreApp


class TasksConfig(CoreApp):
    """One to-do table: deadlines, approvals, failed lines write to it (待办)."""

    name = "niangjia.core.tasks"
    verbose_name = "待办"
