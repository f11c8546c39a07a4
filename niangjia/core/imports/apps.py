from django.http import HttpRequest

from niangjia.core.line import CoreApp, Due, NavItem


def _due(request: HttpRequest) -> Due | None:
    from niangjia.core.imports.queries import due

    waiting, wrong = due(request.actor)  # type: ignore[attr-defined]
    return Due(waiting, wrong)


class ImportsConfig(CoreApp):
    """Sheets and batches: receive, check, preview, apply, undo (导入)."""

    name = "niangjia.core.imports"
    verbose_name = "导入"
    order = 40
    navigation = (NavItem("导入", "file-import", "imports:list", "imports.view", _due),)
    verbs = {
        "imports.receive": "交来名册",
        "imports.settle_columns": "指定列名",
        "imports.settle_unions": "认定工会",
        "imports.check": "检查名册",
        "imports.refuse": "没有收下名册",
        "imports.submit": "送批准",
        "imports.approve": "批准导入",
        "imports.give_back": "退回名册",
        "imports.start": "开始写入",
        "imports.apply": "导入完成",
        "imports.fail": "导入出错",
        "imports.try_again": "再试一次",
        "imports.hand_back": "下载退回的行",
        "imports.undo": "撤销导入",
        "imports.undone": "撤销完成",
        "imports.forget": "删除暂存内容",
        "files.store": "存入文件",
        "files.remove": "删除到期文件",
    }
