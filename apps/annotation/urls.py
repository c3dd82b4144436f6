"""Addresses of annotation: schemes, queues, labelling, agreement, adjudication, exchange."""

app_name = "annotation"
urlpatterns: list[object] = []
