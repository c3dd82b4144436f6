"""Addresses of annotation: schemes, queues, labelling, agreement, adjudication, exchange."""

from django.urls import path

from apps.annotation.views import adjudication, agreement, exchange, gold, home, labelling, layers, queues, schemes

app_name = "annotation"
urlpatterns = [
    path("p/<slug:project>/annotation/", home.home, name="home"),
    path("p/<slug:project>/annotation/schemes/new/", schemes.new, name="new_scheme"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/edit/", schemes.edit, name="edit_scheme"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/delete/", schemes.delete, name="delete_scheme"),
    path("p/<slug:project>/annotation/queues/new/", queues.new, name="new_queue"),
    path("p/<slug:project>/annotation/queues/<int:pk>/", queues.queue, name="queue"),
    path("p/<slug:project>/annotation/queues/<int:pk>/act/", queues.act, name="queue_act"),
    path("p/<slug:project>/annotation/queues/<int:pk>/items.csv", queues.queue_csv, name="queue_csv"),
    path("p/<slug:project>/annotation/queues/<int:pk>/next/", queues.next_item, name="next"),
    path("p/<slug:project>/annotation/layers/<int:pk>/", layers.layer, name="layer"),
    path("p/<slug:project>/annotation/layers/<int:pk>/place/", layers.place_again, name="place_again"),
    path("p/<slug:project>/annotation/layers/<int:pk>/let-go/", layers.let_go, name="let_go"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/agreement/", agreement.agreement, name="agreement"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/agreement.csv", agreement.agreement_csv, name="agreement_csv"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/adjudicate/", adjudication.adjudicate, name="adjudicate"),
    path(
        "p/<slug:project>/annotation/schemes/<int:pk>/adjudicate/<int:rollout>/",
        adjudication.adjudicate_rollout,
        name="adjudicate_rollout",
    ),
    path("p/<slug:project>/annotation/schemes/<int:pk>/gold/", gold.gold, name="gold"),
    path("p/<slug:project>/annotation/items/<int:pk>/", labelling.item, name="item"),
    path("p/<slug:project>/annotation/items/<int:pk>/acts/", labelling.acts, name="acts"),
    path("p/<slug:project>/annotation/items/<int:pk>/submit/", labelling.submit, name="submit"),
    path("p/<slug:project>/annotation/items/<int:pk>/skip/", labelling.skip, name="skip"),
    path("p/<slug:project>/annotation/items/<int:pk>/flag/", labelling.flag, name="flag"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/exchange/", exchange.exchange, name="exchange"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/exchange/out/", exchange.export_labels, name="export_labels"),
    path("p/<slug:project>/annotation/schemes/<int:pk>/exchange/in/", exchange.import_labels, name="import_labels"),
]
