"""Projects of Django: what its start-up loads by names in strings, and what the image installs of that. The real Django runs."""

SETTINGS = "SECRET_KEY = 'x'\nINSTALLED_APPS = ['django.contrib.contenttypes', 'catalog']\nROOT_URLCONF = 'shop.urls'\nALLOWED_HOSTS = ['*']\n"
MANAGE = """#!/usr/bin/env python
import os
import sys


def main():
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise ImportError('Django cannot be imported') from error
    execute_from_command_line(sys.argv)


if __name__ == '__main__':
    main()
"""
WSGI = "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n"
SITE = {
    "manage.py": MANAGE,
    "shop/__init__.py": "",
    "shop/settings.py": SETTINGS,
    "shop/urls.py": "urlpatterns = []\n",
    "shop/wsgi.py": WSGI,
    "catalog/__init__.py": "",
    "catalog/models.py": "from django.db import models\n\n\nclass Item(models.Model):\n    name = models.CharField(max_length=9)\n",
    "requirements.txt": "django\ngunicorn\n",
}
SERVE = 'CMD ["gunicorn", "shop.wsgi:application"]'
CHECK = 'CMD ["python", "manage.py", "check"]'
SHELL = 'CMD ["python", "manage.py", "shell", "-c", "print(1)"]'
SPLIT = {"shop/settings.py": None, "shop/settings/__init__.py": "", "shop/settings/base.py": SETTINGS}


def dockerfile(start, before=""):
    return f"FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n{before}{start}\n"


def site(start, before="", **files):
    """The site with other files; a name's `__` is a `/`."""
    named = {name.replace("__", "/").replace("_py", ".py"): text for name, text in files.items()}
    whole = {**SITE, **named, "Dockerfile": dockerfile(start, before)}
    return {name: text for name, text in whole.items() if text is not None}


def projects():
    models = "import redis\nfrom django.db import models\n"
    urls = "import redis\n\nurlpatterns = []\n"
    middleware = "import redis\n\n\nclass Timing:\n    def __init__(self, get_response):\n        pass\n"
    both = "django\ngunicorn\nredis\n"
    for name, start in {"served": SERVE, "checked": CHECK, "in a shell": SHELL}.items():
        yield f"django {name}", site(start)
        yield f"django {name}, models", site(start, catalog__models_py=models)
        yield f"django {name}, models, installed", site(start, catalog__models_py=models, requirements_txt=None, **{"requirements.txt": both})
        yield f"django {name}, patterns of URLs", site(start, shop__urls_py=urls)
        yield f"django {name}, middleware", {
            **site(start, shop__settings_py=SETTINGS + "MIDDLEWARE = ['shop.middleware.Timing']\n"), "shop/middleware.py": middleware,
        }
    cache = SETTINGS + "CACHES = {'default': {'BACKEND': 'django_redis.cache.RedisCache', 'LOCATION': 'redis://x'}}\n"
    yield "django checked, a cache", site(CHECK, shop__settings_py=cache)
    yield "django in a shell, a cache", site(SHELL, shop__settings_py=cache)
    white = SETTINGS + "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n"
    yield "django served, a middleware of another", site(SERVE, shop__settings_py=white)
    apps = SETTINGS.replace("'catalog'", "'catalog', 'rest_framework'")
    yield "django served, an application of another", site(SERVE, shop__settings_py=apps)
    configured = SETTINGS.replace("'catalog'", "'catalog.apps.CatalogConfig'")
    config = "import redis\nfrom django.apps import AppConfig\n\n\nclass CatalogConfig(AppConfig):\n    name = 'catalog'\n"
    yield "django served, a class", {**site(SERVE, shop__settings_py=configured), "catalog/apps.py": config}
    included = "from django.urls import include, path\n\nurlpatterns = [path('c/', include('catalog.urls'))]\n"
    yield "django checked, included patterns", {**site(CHECK, shop__urls_py=included), "catalog/urls.py": urls}
    prod = "from .base import *\n\nINSTALLED_APPS += ['orders']\n"
    split = {**SPLIT, "shop/settings/prod.py": prod, "orders/__init__.py": "", "orders/models.py": models}
    for name, variable in {"prod": "shop.settings.prod", "base": "shop.settings.base"}.items():
        made = {**site(SERVE, f"ENV DJANGO_SETTINGS_MODULE={variable}\n"), **split}
        yield f"django served, settings in parts, {name}", {path: text for path, text in made.items() if text is not None}
    replaced = {**split, "shop/settings/prod.py": "from .base import *\n\nINSTALLED_APPS = ['django.contrib.contenttypes']\n", "catalog/models.py": models}
    made = {**site(SERVE, "ENV DJANGO_SETTINGS_MODULE=shop.settings.prod\n"), **replaced}
    yield "django served, another list of applications", {path: text for path, text in made.items() if text is not None}
    option = {**site('CMD ["python", "manage.py", "check", "--settings=shop.settings.prod"]'), **split}
    yield "django checked, settings by an option", {path: text for path, text in option.items() if text is not None}
    script = "import os\n\nimport django\n\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\ndjango.setup()\n\nfrom catalog.models import Item\n"
    yield "django set up by a script", {**site('CMD ["python", "load.py"]', catalog__models_py=models), "load.py": script}
