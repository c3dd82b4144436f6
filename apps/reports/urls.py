"""Addresses of the methods page, backups and archives."""

from django.urls import path

from apps.reports.views import methods, moving

app_name = "reports"
urlpatterns = [
    path("methods/", methods.methods, name="methods"),
    path("archives/", moving.archives, name="archives"),
    path("p/<slug:project>/backup/", moving.backup, name="backup"),
    path("p/<slug:project>/backup/<int:pk>/archive.zip", moving.download, name="download_archive"),
]
