"""Addresses of the methods page, the guide, backups and archives."""

from django.urls import path

from apps.reports.views import guide, methods, moving

app_name = "reports"
urlpatterns = [
    path("methods/", methods.methods, name="methods"),
    path("help/", guide.contents, name="help"),
    path("help/pictures/<str:name>", guide.picture, name="help_picture"),
    path("help/<path:name>/", guide.page, name="help_page"),
    path("archives/", moving.archives, name="archives"),
    path("p/<slug:project>/backup/", moving.backup, name="backup"),
    path("p/<slug:project>/backup/<int:pk>/archive.zip", moving.download, name="download_archive"),
]
