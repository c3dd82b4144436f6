"""Every page asks for a login, unless its view says that it does not."""

from django.contrib.auth.middleware import LoginRequiredMiddleware as RequireLogin

__all__ = ["RequireLogin"]
