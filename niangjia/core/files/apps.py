from niangjia.core.line import CoreApp


class FilesConfig(CoreApp):
    """Bytes: sealed, hashed, typed, content-addressed (附件)."""

    name = "niangjia.core.files"
    verbose_name = "附件"
