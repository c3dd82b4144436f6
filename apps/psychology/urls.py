"""Addresses of the psychology lab."""

from django.urls import path

from apps.psychology.views import instruments, published

app_name = "psychology"
urlpatterns = [
    path("p/<slug:project>/psychology/instruments/", instruments.listed, name="instruments"),
    path("p/<slug:project>/psychology/instruments/new/", instruments.new, name="new_instrument"),
    path("p/<slug:project>/psychology/instruments/read/", instruments.read_file, name="read_instrument"),
    path("p/<slug:project>/psychology/instruments/take/<slug:name>/", instruments.take, name="take_instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/", instruments.instrument, name="instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/edit/", instruments.edit, name="edit_instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/archive/", instruments.archive, name="archive_instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/file/", instruments.instrument_json, name="instrument_json"),
    path("p/<slug:project>/psychology/import/", published.published, name="published"),
]
