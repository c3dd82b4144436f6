"""Addresses of the psychology lab: administrations, instruments, published runs, reliability, link, exports."""

from django.urls import path

from apps.psychology.views import exports, giving, instruments, linking, published, reliability

app_name = "psychology"
urlpatterns = [
    path("p/<slug:project>/psychology/", giving.home, name="home"),
    path("p/<slug:project>/psychology/new/", giving.new, name="new"),
    path("p/<slug:project>/psychology/administrations/<int:pk>/", giving.group, name="group"),
    path("p/<slug:project>/psychology/administrations/<int:pk>/act/", giving.act, name="act"),
    path("p/<slug:project>/psychology/instruments/", instruments.listed, name="instruments"),
    path("p/<slug:project>/psychology/instruments/new/", instruments.new, name="new_instrument"),
    path("p/<slug:project>/psychology/instruments/read/", instruments.read_file, name="read_instrument"),
    path("p/<slug:project>/psychology/instruments/take/<slug:name>/", instruments.take, name="take_instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/", instruments.instrument, name="instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/edit/", instruments.edit, name="edit_instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/archive/", instruments.archive, name="archive_instrument"),
    path("p/<slug:project>/psychology/instruments/<int:pk>/file/", instruments.instrument_json, name="instrument_json"),
    path("p/<slug:project>/psychology/import/", published.published, name="published"),
    path("p/<slug:project>/psychology/reliability/", reliability.reliability, name="reliability"),
    path("p/<slug:project>/psychology/reliability/<slug:name>.csv", reliability.table_csv, name="reliability_csv"),
    path("p/<slug:project>/psychology/link/", linking.link, name="link"),
    path("p/<slug:project>/psychology/link/<slug:name>.csv", linking.table_csv, name="link_csv"),
    path("p/<slug:project>/psychology/link/<slug:name>.svg", linking.figure_svg, name="link_svg"),
    path("p/<slug:project>/psychology/dissociation/", linking.dissociation, name="dissociation"),
    path("p/<slug:project>/psychology/items.csv", exports.items_csv, name="items_csv"),
    path("p/<slug:project>/psychology/scores.csv", exports.figures_csv, name="figures_csv"),
]
