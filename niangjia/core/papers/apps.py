from types import MappingProxyType

from niangjia.core.line import CoreApp, NavItem


class PapersConfig(CoreApp):
    """Official papers: made from the facts of a case, issued under a number, sealed by hand, scanned back (文书)."""

    name = "niangjia.core.papers"
    verbose_name = "文书"
    order = 36
    navigation = (
        NavItem("发文登记", "file-text", "papers:register", "cases.view"),
        NavItem("扫描归档", "scan", "papers:scans", "papers.scan"),
    )
    verbs = MappingProxyType(
        {
            "papers.issue": "出文书",
            "papers.void": "作废文书",
            "papers.file": "归档扫描件",
            "papers.receive": "收到一叠扫描件",
            "papers.drop": "不要的扫描页",
            "papers.head": "定发文代字",
        }
    )
