"""The addresses of the house with partners switched on."""

from niangjia.config import urls
from niangjia.config.signin import partner_urls

urlpatterns = [*partner_urls(), *urls.urlpatterns]
handler500 = urls.handler500
