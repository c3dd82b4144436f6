"""Imports every module of web and CPU worker: run with only web.txt installed it shows that the lock is whole.

What runs a model itself needs torch or vLLM, which web.txt does not hold: those modules are counted and left out.
"""

import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

PACKAGES = ("analysis", "apps", "workers")
MODEL_PACKAGES = ("workers.engines.", "workers.interventions.")
MODEL_LIBRARIES = {"torch", "transformers", "tokenizers", "safetensors", "jinja2", "vllm"}


def imports(name: str) -> bool:
    """False where the module is one that may need a model library, and none is installed."""
    try:
        import_module(name)
    except ModuleNotFoundError as missing:
        if name.startswith(MODEL_PACKAGES) and (missing.name or "").partition(".")[0] in MODEL_LIBRARIES:
            return False
        raise
    return True


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(root))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apps.settings")
    import django

    django.setup()
    names = [
        module.name for package in PACKAGES for module in pkgutil.walk_packages([str(root / package)], f"{package}.")
    ]
    n_imported = sum(imports(name) for name in names)
    print(f"imported {n_imported} modules with what is installed; {len(names) - n_imported} need a model library")


if __name__ == "__main__":
    main()
