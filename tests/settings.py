"""The settings under test: a state folder of its own for every test process, and a password hash that costs nothing."""

import atexit
import os
import shutil
import tempfile

os.environ["AFTERTHOUGHT_HOME"] = tempfile.mkdtemp(prefix="afterthought-test-")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # a browser test leaves its event loop in the process; we use none
atexit.register(shutil.rmtree, os.environ["AFTERTHOUGHT_HOME"], ignore_errors=True)

from apps.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = HOME / "static"  # noqa: F405
STATIC_ROOT.mkdir()
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
