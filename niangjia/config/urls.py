"""Every address of the house; each app brings its own below /m/, /desk/, /board/ and /report/."""

from django.urls import include, path

from niangjia.config import signin
from niangjia.config.api import api

urlpatterns = [
    path("", include("niangjia.core.home.urls")),
    path("", include("niangjia.core.faces.urls")),
    path("", include("niangjia.core.access.urls")),
    path("", include("niangjia.core.law.urls")),
    path("", include("niangjia.core.orgs.urls")),
    path("", include("niangjia.core.people.urls")),
    path("", include("niangjia.core.notices.urls")),
    path("", include("niangjia.core.tasks.urls")),
    path("", include("niangjia.core.cases.urls")),
    path("", include("niangjia.core.papers.urls")),
    path("", include("niangjia.core.exchange.urls")),
    path("", include("niangjia.core.ledger.urls")),
    path("", include("niangjia.core.imports.urls")),
    path("", include("niangjia.core.figures.urls")),
    path("", include("niangjia.core.trail.urls")),
    path("", include("niangjia.work.organising.urls")),
    path("", include("niangjia.work.rights.urls")),
    path("", include("niangjia.work.mutual_aid.urls")),
    path("api/v1/", api.urls),
    path("", include(signin.urlpatterns)),
]

handler500 = "niangjia.core.faces.views.fault"
