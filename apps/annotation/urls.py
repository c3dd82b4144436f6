"""Addresses of annotation: schemes, queues, labelling, agreement, adjudication, exchange."""

from django.urls import path

from apps.annotation.views import home

app_name = "annotation"
urlpatterns = [
    path("p/<slug:project>/annotation/", home.home, name="home"),
]
