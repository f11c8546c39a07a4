"""Documents that commands read: one JSON document in a file or on standard input."""

import json
import sys
from pathlib import Path
from typing import Any

from niangjia.config.cli import Refusal

LARGEST_FILE = 1_000_000


def document_in(name: str) -> Any:
    """The JSON document in a file, or on standard input; refused with the reason where there is none."""
    try:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1) if name == "-" else _bytes(Path(name))
        if len(data) > LARGEST_FILE:
            raise Refusal(f"文件超过 {LARGEST_FILE:,} 字节 the file is too large")
        return json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise Refusal(f"打不开“{name}”：{error.strerror} cannot read the file") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Refusal(f"“{name}”不是 JSON：{error} not a JSON document") from None


def _bytes(file: Path) -> bytes:
    with file.open("rb") as handle:
        return handle.read(LARGEST_FILE + 1)
