"""Projects that differ in how their start and their installation are written: make, shells, modules, paths, stages, extras, nox."""

FINE, LACKING = {"requirements.txt": "flask\nredis\n"}, {"requirements.txt": "flask\n", "requirements-jobs.txt": "redis\n"}
CODE = {"main.py": "import store\n\nprint('started')\n", "store.py": "import flask\nimport redis\n"}
PLAIN = 'CMD ["python", "main.py"]'


def image(start, installs="RUN pip install -r requirements.txt"):
    return f"FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n{installs}\n{start}\n"


def shells():
    makefile = "LIST = requirements.txt\nPYTHON ?= python\n\nrun: check\n\t@$(PYTHON) main.py\n\ncheck:\n\t-false\n\ninstall:\n\tpip install \\\n\t\t-r $(LIST)\n"
    both = "#!/bin/sh\nset -e\nrun() {\n  exec \"$@\"\n}\nmain() {\n  run \"$@\"\n}\nmain \"$@\"\n"
    given = "#!/bin/sh\nset -e\nset -- python \"$@\"\nexec \"$@\"\n"
    installer = "#!/bin/sh\nset -e\nadd() {\n  pip install \"$@\"\n}\nadd -r \"$1\"\n"
    for name, lists in {"fine": FINE, "lacking": LACKING}.items():
        files = {**CODE, **lists}
        yield f"make, {name}", {**files, "Makefile": makefile, "Dockerfile": image('CMD ["make", "run"]', "RUN make install")}
        yield f"functions of a script, {name}", {**files, "start.sh": both, "Dockerfile": image('ENTRYPOINT ["sh", "start.sh"]\nCMD ["python", "main.py"]')}
        yield f"words that set gives, {name}", {**files, "start.sh": given, "Dockerfile": image('ENTRYPOINT ["sh", "start.sh"]\nCMD ["main.py"]')}
        yield f"a script that installs, {name}", {**files, "add.sh": installer, "Dockerfile": image(PLAIN, "RUN sh ./add.sh requirements.txt")}
        bare = "FROM python:3.11-slim AS builder\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nFROM debian:bookworm-slim\nCOPY --from=builder /usr/local /usr/local\nWORKDIR /app\nCOPY . .\n"
        yield f"a base without Python, {name}", {**files, "Dockerfile": bare + 'CMD ["python3", "main.py"]\n'}


def paths():
    """What is on sys.path: the folder of the file that is run, or the current one for a module."""
    package = {"requirements.txt": "flask\n", "app/__init__.py": "", "app/core.py": "VALUE = 1\n", "app/main.py": "from app.core import VALUE\n\nprint('started')\n"}
    beside = {"requirements.txt": "flask\n", "src/__init__.py": "", "src/settings.py": "VALUE = 1\n", "src/main.py": "from settings import VALUE\n\nprint('started')\n"}
    yield "a package above its file", {**package, "Dockerfile": image('CMD ["python", "app/main.py"]')}
    yield "a package above its file, on PYTHONPATH", {**package, "Dockerfile": image('ENV PYTHONPATH=/app\nCMD ["python", "app/main.py"]')}
    yield "a package above its module", {**package, "Dockerfile": image('CMD ["python", "-m", "app.main"]')}
    yield "a module beside a module", {**beside, "Dockerfile": image('CMD ["python", "-m", "src.main"]')}
    yield "a module beside a file", {**beside, "Dockerfile": image('CMD ["python", "src/main.py"]')}
    yield "a module beside a module, by sys.path", {
        **beside, "src/main.py": "from settings import VALUE\n\nprint('started')\n", "src/__init__.py": "import os, sys\n\nsys.path.append(os.path.dirname(__file__))\n",
        "Dockerfile": image('CMD ["python", "src/main.py"]'),
    }


def stages():
    dockerfile = "FROM python:3.11-slim AS base\nWORKDIR /app\nCOPY . .\nFROM base AS web\nRUN pip install flask\nCMD [\"python\", \"main.py\"]\nFROM base AS jobs\nRUN pip install flask redis\nCMD [\"python\", \"main.py\"]\n"
    compose = "# replay: web Dockerfile#web\n# replay: jobs Dockerfile#jobs\nservices:\n  web:\n    build:\n      context: .\n      target: web\n  jobs:\n    build:\n      context: .\n      target: jobs\n"
    yield "stages that compose names", {**CODE, "requirements.txt": "flask\nredis\n", "Dockerfile": dockerfile, "compose.yaml": compose}


def extras():
    setup = "[metadata]\nname = shop\nversion = 1.0\n[options]\npy_modules = store\ninstall_requires =\n    flask\n[options.extras_require]\nqueue =\n    redis\n"
    files = {**CODE, "setup.cfg": setup, "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'}
    for name, what in {"without": ".", "with": "'.[queue]'", "editable, with": "-e '.[queue]'"}.items():
        yield f"an extra of setup.cfg, {name}", {**files, "Dockerfile": image(PLAIN, f"RUN pip install {what}")}


def sessions():
    """Sessions of nox, which run as they are."""
    noxfile = "import nox\n\nPLUGINS = [{plugins}]\n\n\n@nox.session\ndef tests(session):\n    session.install('pytest', *PLUGINS)\n    session.run('pytest', '-q', {options})\n"
    for name, plugins, options in [
        ("plain", "", "'tests'"), ("an option without its plugin", "", "'-n', '2'"), ("an option with its plugin", "'pytest-xdist'", "'-n2'"),
        ("two options and one plugin", "'pytest-xdist'", "'-n', '2', '--cov=shop'"),
    ]:
        yield f"nox, {name}", {"shop.py": "", "tests/test_shop.py": "def test_nothing():\n    pass\n", "requirements.txt": "", "noxfile.py": noxfile.format(plugins=plugins, options=options)}
    yield "nox, an option in the configuration", {
        "shop.py": "", "tests/test_shop.py": "def test_nothing():\n    pass\n", "requirements.txt": "", "pytest.ini": "[pytest]\naddopts = -n 2\n",
        "noxfile.py": noxfile.format(plugins="", options="'tests'"),
    }


def projects():
    for part in (shells, paths, stages, extras, sessions):
        yield from part()
