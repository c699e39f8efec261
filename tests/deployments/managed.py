"""Projects that uv, poetry, pdm or pipenv install: with what is missing and without, by groups and extras."""

CODE = {
    "main.py": "import store\n\nprint('started')\n",
    "store.py": "import json\n\nimport redis\n\nclient = redis.Redis()\n",
}
HEAD = '[project]\nname = "shop"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n'


def image(installs, start, before=""):
    return f"FROM python:3.11-slim\nWORKDIR /app\n{before}COPY . .\n{installs}{start}\n"


def with_uv():
    copied = "COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/uv\n"
    dependencies = {
        "missing": 'dependencies = ["flask"]\n',
        "declared": 'dependencies = ["flask", "redis"]\n',
        "by need": 'dependencies = ["flask", "rq"]\n',
    }
    for name, rows in dependencies.items():
        files = {**CODE, "pyproject.toml": HEAD + rows}
        yield f"uv sync, {name}", {**files, "Dockerfile": image("RUN uv sync\n", 'CMD ["uv", "run", "--no-sync", "python", "main.py"]', copied)}
        yield f"uv sync on the path, {name}", {
            **files, "Dockerfile": image('RUN uv sync --no-dev\nENV PATH="/app/.venv/bin:$PATH"\n', 'CMD ["python", "main.py"]', copied),
        }
    groups = HEAD + 'dependencies = ["flask"]\n[project.optional-dependencies]\nqueue = ["redis"]\n[dependency-groups]\ndev = ["redis"]\njobs = ["rq"]\n'
    for options in ("", "--no-dev", "--no-dev --extra queue", "--no-dev --group jobs", "--no-default-groups", "--all-extras --no-dev", "--only-group dev"):
        start = 'CMD [".venv/bin/python", "main.py"]'
        yield f"uv sync {options}", {**CODE, "pyproject.toml": groups, "Dockerfile": image(f"RUN uv sync {options}\n", start, copied)}
    for name, words in {"missing": "flask", "declared": "flask redis"}.items():
        listed = "\n".join(words.split()) + "\n"
        yield f"uv pip, {name}", {
            **CODE, "requirements.txt": listed,
            "Dockerfile": image("RUN uv pip install --system -r requirements.txt\n", 'CMD ["python", "main.py"]', copied),
        }
        yield f"uv pip in an environment, {name}", {
            **CODE, "requirements.txt": listed,
            "Dockerfile": image(
                "RUN uv venv /opt/env\nENV VIRTUAL_ENV=/opt/env\nRUN uv pip install -r requirements.txt\n", 'CMD ["/opt/env/bin/python", "main.py"]', copied
            ),
        }


def with_poetry():
    head = '[tool.poetry]\npackage-mode = false\nname = "shop"\nversion = "0.1.0"\n[[tool.poetry.source]]\nname = "here"\nurl = "INDEX"\npriority = "primary"\n'
    main = '[tool.poetry.dependencies]\npython = ">=3.9"\nflask = "*"\n'
    queue = 'redis = {version = "*", optional = true}\n[tool.poetry.extras]\nqueue = ["redis"]\n'
    dev = '[tool.poetry.group.dev.dependencies]\nredis = "*"\n'
    cases = {
        "missing": (main, ""), "declared": (main + 'redis = "*"\n', ""), "for development": (main + dev, ""),
        "for development, left out": (main + dev, "--only main"), "without the group": (main + dev, "--without dev"),
        "an extra": (main + queue, ""), "by the extra": (main + queue, "-E queue"), "with all extras": (main + queue, "--all-extras"),
    }
    for name, (rows, options) in cases.items():
        installs = f"RUN pip install poetry\nRUN poetry lock && POETRY_VIRTUALENVS_CREATE=false poetry install --no-root {options}\n"
        yield f"poetry, {name}", {**CODE, "pyproject.toml": head + rows, "Dockerfile": image(installs, 'CMD ["python", "main.py"]')}


def with_pdm():
    tool = '[tool.pdm]\ndistribution = false\n[tool.pdm.scripts]\nserve = "python main.py"\n'
    cases = {
        "missing": ('dependencies = ["flask"]\n', ""), "declared": ('dependencies = ["flask", "redis"]\n', ""),
        "for development": ('dependencies = ["flask"]\n[dependency-groups]\ndev = ["redis"]\n', ""),
        "for development, left out": ('dependencies = ["flask"]\n[dependency-groups]\ndev = ["redis"]\n', "--prod"),
        "an extra": ('dependencies = ["flask"]\n[project.optional-dependencies]\nqueue = ["redis"]\n', "--prod"),
        "by the extra": ('dependencies = ["flask"]\n[project.optional-dependencies]\nqueue = ["redis"]\n', "--prod -G queue"),
    }
    for name, (rows, options) in cases.items():
        installs = f"RUN pip install pdm\nRUN pdm install --no-self {options}\n"
        files = {**CODE, "pyproject.toml": HEAD + rows + tool}
        yield f"pdm, {name}", {**files, "Dockerfile": image(installs, 'CMD [".venv/bin/python", "main.py"]')}
        if name in ("missing", "declared"):
            yield f"a script of pdm, {name}", {**files, "Dockerfile": image(installs, 'CMD ["pdm", "run", "serve"]')}


def with_pipenv():
    source = '[[source]]\nname = "here"\nurl = "INDEX"\nverify_ssl = false\n[packages]\nflask = "*"\n'
    cases = {"missing": ("", ""), "declared": ('redis = "*"\n', ""), "for development": ('[dev-packages]\nredis = "*"\n', ""), "with development": ('[dev-packages]\nredis = "*"\n', "--dev")}
    for name, (rows, options) in cases.items():
        installs = f"RUN pip install pipenv\nRUN pipenv install --system {options}\n"
        yield f"pipenv, {name}", {**CODE, "Pipfile": source + rows, "Dockerfile": image(installs, 'CMD ["python", "main.py"]')}


def projects():
    yield from with_uv()
    yield from with_poetry()
    yield from with_pdm()
    yield from with_pipenv()
