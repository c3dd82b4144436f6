"""Imports every module of web and CPU worker: run with only web.txt installed it shows that the lock is whole."""

import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

PACKAGES = ("analysis", "apps", "workers")


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(root))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apps.settings")
    import django

    django.setup()
    names = [
        module.name for package in PACKAGES for module in pkgutil.walk_packages([str(root / package)], f"{package}.")
    ]
    for name in names:
        import_module(name)
    print(f"imported {len(names)} modules with what requirements/web.txt installs")


if __name__ == "__main__":
    main()
