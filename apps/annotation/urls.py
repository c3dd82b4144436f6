"""Addresses of annotation: schemes, queues, labelling, agreement, adjudication, exchange."""

from django.urls import path

from apps.annotation.views import agreement, home, layers

app_name = "annotation"
urlpatterns = [
    path("p/<slug:project>/annotation/", home.home, name="home"),
    path("p/<slug:project>/annotation/layers/<int:pk>/", layers.layer, name="layer"),
    path("p/<slug:project>/annotation/layers/<int:pk>/place/", layers.place_again, name="place_again"),
    path("p/<slug:project>/annotation/layers/<int:pk>/let-go/", layers.let_go, name="let_go"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/agreement/", agreement.agreement, name="agreement"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/agreement.csv", agreement.agreement_csv, name="agreement_csv"),
]
