"""The addresses of the house and one whose view fails with what was posted at hand."""

from typing import Any

from django.urls import path

from niangjia.config import urls
from niangjia.core.access.gate import PUBLIC, page


@page(PUBLIC, face="site")
def broken(request: Any) -> None:
    """Fails."""
    phone, password = request.POST["phone"], request.POST["password"]
    raise RuntimeError(f"a fault of ours, {len(phone)} {len(password)}")


urlpatterns = [path("broken", broken), *urls.urlpatterns]
handler500 = urls.handler500
