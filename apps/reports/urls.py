"""Addresses of backups and archives."""

from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("archives/", views.archives, name="archives"),
    path("p/<slug:project>/backup/", views.backup, name="backup"),
    path("p/<slug:project>/backup/<int:pk>/archive.zip", views.download, name="download_archive"),
]
