from niangjia.core.line import CoreApp


class ImportsConfig(CoreApp):
    """Sheets and batches: receive, check, preview, apply, undo (导入)."""

    name = "niangjia.core.imports"
    verbose_name = "导入"
