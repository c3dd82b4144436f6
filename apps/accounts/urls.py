"""Addresses of people and members."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from apps.accounts import views

app_name = "accounts"
login = LoginView.as_view(template_name="accounts/login.html", redirect_authenticated_user=True)
urlpatterns = [
    path("join/<uidb64>/<token>/", views.Join.as_view(), name="join"),
    path("p/<slug:project>/members/invite/", views.invite, name="invite"),
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("p/<slug:project>/members/", views.members, name="members"),
    path("p/<slug:project>/members/remove/", views.remove, name="remove_member"),
]
