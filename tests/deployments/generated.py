"""Projects that are made of parts: what the application imports and how, what the image installs, and how it starts."""

APPLICATIONS = {
    "plain": {"main.py": "import store\n\nprint('started')\n", "store.py": "import json\n\nimport redis\n\nclient = redis.Redis()\n"},
    "raises-again": {
        "main.py": "try:\n    import store\nexcept ImportError as problem:\n    raise RuntimeError('no store') from problem\nprint('started')\n",
        "store.py": "import redis\n",
    },
    "guarded": {"main.py": "try:\n    import store\nexcept ImportError:\n    store = None\nprint('started')\n", "store.py": "import redis\n"},
    "called": {"main.py": "def load():\n    import redis\n    return redis\n\n\nload()\nprint('started')\n"},
    "never-called": {"main.py": "def load():\n    import redis\n    return redis\n\n\nprint('started')\n"},
    "package": {"shop/__init__.py": "", "shop/__main__.py": "from shop.orders import total\n\nprint('started', total)\n", "shop/orders.py": "from redis import Redis\n\ntotal = Redis\n"},
    "server": {"web/__init__.py": "", "web/app.py": "import flask\nimport redis\n\napp = flask.Flask('web')\n\n\ndef make():\n    return app\n"},
}

STARTS = {
    "package": 'CMD ["python", "-m", "shop"]',
    "server": 'CMD ["gunicorn", "--bind=0.0.0.0:80", "web.app:app"]',
}

LISTS = {"requirements.txt": "flask\ngunicorn\n", "requirements/worker.txt": "-r ../requirements.txt\nredis\n"}

INSTALLS = {
    "web-list": "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
    "both-lists": "COPY . .\nRUN pip install --no-cache-dir -r requirements/worker.txt\n",
    "by-name": "COPY . .\nRUN pip install -r requirements.txt && \\\n    pip install 'redis>=1'\n",
    "by-need": "COPY . .\nRUN pip install -r requirements.txt\nRUN pip install rq\n",
    "no-deps": "COPY . .\nRUN pip install -r requirements.txt\nRUN pip install --no-deps rq\n",
}


def dockerfile(installs, start):
    return f"FROM python:3.11-slim\nWORKDIR /app\n{installs}{start}\n"


def projects():
    for kind, application in APPLICATIONS.items():
        start = STARTS.get(kind, 'CMD ["python", "main.py"]')
        for name, installs in INSTALLS.items():
            yield f"{kind}, {name}", {**application, **LISTS, "Dockerfile": dockerfile(installs, start)}
    server = APPLICATIONS["server"]
    yield "no server", {**server, "requirements.txt": "flask\nredis\n", "Dockerfile": dockerfile(INSTALLS["web-list"], STARTS["server"])}
    yield "the command in shell form", {
        **server, **LISTS, "Dockerfile": dockerfile(INSTALLS["both-lists"], "CMD gunicorn --bind 0.0.0.0:${PORT:-80} web.app:app"),
    }
    yield "a factory", {**server, **LISTS, "Dockerfile": dockerfile(INSTALLS["both-lists"], "CMD gunicorn 'web.app:make()'")}
    yield "no such module", {**server, **LISTS, "Dockerfile": dockerfile(INSTALLS["both-lists"], 'CMD ["gunicorn", "web.server:app"]')}
    yield "no such file", {**server, **LISTS, "Dockerfile": dockerfile(INSTALLS["both-lists"], 'CMD ["python", "serve.py"]')}
    yield "a file that is not copied", {
        **APPLICATIONS["plain"], **LISTS,
        "Dockerfile": "FROM python:3.11-slim\nWORKDIR /app\nCOPY requirements requirements\nCOPY requirements.txt main.py ./\nRUN pip install -r requirements/worker.txt\nCMD [\"python\", \"main.py\"]\n",
    }
    yield "a Procfile", {
        "app.py": "import flask\n", "clock.py": "import redis\n\nprint('started')\n", "requirements.txt": "flask\ngunicorn\n",
        "Procfile": "web: gunicorn app:app\nclock: python clock.py\n",
    }
