"""Addresses of the trail."""

from django.urls import path

from niangjia.core.trail.views import desk

app_name = "trail"
urlpatterns = [
    path("desk/trail/", desk.events, name="events"),
    path("desk/trail/<slug:code>/", desk.event, name="event"),
]
