"""What a file is, told by its content and never by its name."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
LOCKED = "application/x-ole-encrypted"
UNKNOWN = "application/octet-stream"

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"{\\rtf", "application/rtf"),
)
IN_ZIP = (
    (b"xl/", XLSX),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
)
DOCX = IN_ZIP[1][1]
SCANS = frozenset({"image/jpeg", "image/png", "application/pdf"})
"""Photos and scanned papers."""
PICTURES_AND_PAPERS = SCANS | {DOCX, XLSX}
"""What may be put to a case: pictures, PDF, Word and Excel of the present kind (none that carries macros of old)."""
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
TITLES = {
    XLSX: "Excel 工作簿", XLS: "旧版 Excel 工作簿", CSV: "CSV 文本", LOCKED: "加了密码的工作簿", "application/pdf": "PDF 文件",
    "image/png": "图片", "image/jpeg": "图片", "image/gif": "图片", "application/zip": "压缩包", "application/vnd.rar": "压缩包",
    "application/x-7z-compressed": "压缩包", "application/gzip": "压缩包", "application/x-msdownload": "程序", "application/x-executable": "程序",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word 文档",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS 表格",
}  # fmt: skip


def media_type(head: bytes, tail: bytes = b"") -> str:
    """The media type of content by its first and last bytes (some 4 KiB each; a zip's list of parts stands at its end)."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return next((kind for sign, kind in IN_ZIP if sign in head or sign in tail), "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return LOCKED if ENCRYPTED_PACKAGE in head or ENCRYPTED_PACKAGE in tail else XLS
    return CSV if _is_text(head) else UNKNOWN


def title(kind: str) -> str:
    """What people call this type of file."""
    return TITLES.get(kind, "认不出的文件")


def _is_text(head: bytes) -> bool:
    if not head:
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in head and sum(byte < 32 and byte not in b"\t\r\n\f\x1b" for byte in head) < len(head) / 100
