"""Projects that are made of parts: what the application imports and how, what the image installs, and how it starts."""

import sites

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


# An application whose start-up comes to a queue: each state of the failure that a build does not show.
QUEUE = {
    "main.py": "import sys\n\nfrom application import app\n\nif __name__ == '__main__':\n    app.run(port=8080)\n",
    "jobs.py": "import logging\n\nfrom queues import connection\n\nlog = logging.getLogger(__name__)\n",
    "queues.py": "import os\n\nfrom redis import Redis\nfrom rq import Queue\n\nconnection = Redis(os.environ.get('REDIS_HOST', 'localhost'))\n",
    "requirements.txt": "flask\n",
}
PLAIN = "from flask import Flask\n\nimport jobs\n\napp = Flask(__name__)\n"
RAISES = "from flask import Flask\n\ntry:\n    import jobs\nexcept ImportError as error:\n    print(error)\n    raise ImportError(f'components are not available: {error}')\n\napp = Flask(__name__)\n"
GUARDED = "from flask import Flask\n\ntry:\n    import jobs\nexcept ImportError:\n    jobs = None\n\napp = Flask(__name__)\n"
EXITS = "import sys\n\nfrom flask import Flask\n\ntry:\n    import jobs\nexcept ImportError:\n    sys.exit('no queue')\n\napp = Flask(__name__)\n"
RUN = 'CMD ["python", "main.py"]'
SERVE = 'CMD ["gunicorn", "--bind=0.0.0.0:80", "application:app"]'


def queues():
    """The states: the application, what is required, what the image installs, and how it starts."""
    def state(application, start, lists, installs="requirements.txt"):
        copied = f"COPY *.txt ./\nRUN pip install --no-cache-dir -r {installs}\nCOPY *.py ./\n"
        return {**QUEUE, "application.py": application, **lists, "Dockerfile": dockerfile(copied, start)}

    whole, other = {"requirements.txt": "flask\nredis\nrq\n"}, {"requirements-worker.txt": "flask\nredis\nrq\n"}
    server = {"requirements.txt": "flask\nredis\nrq\ngunicorn\n"}
    for name, application in {"missing": PLAIN, "raising again": RAISES, "guarded": GUARDED, "exiting": EXITS}.items():
        yield f"a queue, {name}", state(application, RUN, {})
        yield f"a queue, {name}, fixed", state(application, RUN, whole)
        yield f"a queue, {name}, another list is installed", state(application, RUN, other)
        yield f"a queue, {name}, the right list is installed", state(application, RUN, other, "requirements-worker.txt")
    yield "a queue, without its server", state(PLAIN, SERVE, whole)
    yield "a queue, with its server", state(PLAIN, SERVE, server)
    yield "a queue, with its server and without itself", state(PLAIN, SERVE, {"requirements.txt": "flask\ngunicorn\n"})
    broker = {"queues.py": "import celery\nfrom redis import Redis\n\nconnection = Redis()\n"}
    yield "a queue, without the extra", {**state(PLAIN, RUN, {"requirements.txt": "flask\ncelery\n"}), **broker}
    yield "a queue, by the extra", {**state(PLAIN, RUN, {"requirements.txt": "flask\ncelery[redis]\n"}), **broker}


def dockerfile(installs, start):
    return f"FROM python:3.11-slim\nWORKDIR /app\n{installs}{start}\n"


def projects():
    for kind, application in APPLICATIONS.items():
        start = STARTS.get(kind, 'CMD ["python", "main.py"]')
        for name, installs in INSTALLS.items():
            yield f"{kind}, {name}", {**application, **LISTS, "Dockerfile": dockerfile(installs, start)}
    yield from queues()
    yield from sites.projects()
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
    copied = "FROM python:3.11-slim AS builder\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nFROM python:3.11-slim\nWORKDIR /app\nCOPY --from=builder /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages\n"
    served = {**server, "requirements.txt": "flask\nredis\ngunicorn\n"}
    for name, commands in {"all commands": "/usr/local/bin /usr/local/bin", "one command": "/usr/local/bin/gunicorn /usr/local/bin/gunicorn"}.items():
        yield f"packages and {name} of another stage", {**served, "Dockerfile": f"{copied}COPY --from=builder {commands}\nCOPY . .\n{STARTS['server']}\n"}
    for folder, made in {"/tmp": "", "/srv/lists": "RUN mkdir -p /srv/lists\n"}.items():
        install = f"{made}COPY requirements/worker.txt requirements.txt {folder}/\nCOPY requirements.txt {folder}\nRUN pip install -r {folder}/requirements.txt\nCOPY . .\n"
        yield f"a list in {folder}", {**APPLICATIONS["guarded"], **LISTS, "Dockerfile": dockerfile(install, RUN)}
    relative = {"app/__init__.py": "", "app/run.py": "from .core import start\n\nstart()\n", "app/core.py": "def start():\n    print('started')\n"}
    for name, command in {"by its path": '"app/run.py"', "as a module": '"-m", "app.run"'}.items():
        yield f"a relative import, {name}", {**relative, **LISTS, "Dockerfile": dockerfile(INSTALLS["web-list"], f'CMD ["python", {command}]')}
    yield "a Procfile", {
        "app.py": "import flask\n", "clock.py": "import redis\n\nprint('started')\n", "requirements.txt": "flask\ngunicorn\n",
        "Procfile": "web: gunicorn app:app\nclock: python clock.py\n",
    }
