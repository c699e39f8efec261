"""Small wheels with the names and modules of well-known distributions, as far as starts need them."""
import pathlib, subprocess, sys, zipfile

SERVER = '''
import importlib, sys


def main():
    arguments = [word for word in sys.argv[1:] if not word.startswith("-")]
    name = next((word for word in arguments if ":" in word and not word[0].isdigit()), arguments[-1])
    sys.path.insert(0, "")
    module, _, attribute = name.partition(":")
    loaded = importlib.import_module(module)
    if "(" in attribute:
        getattr(loaded, attribute.split("(")[0])()
    print("started")


if __name__ == "__main__":
    main()
'''

# distribution: (module or package: its text, scripts, requirements, extras)
DISTRIBUTIONS = {
    "flask": ({"flask/__init__.py": "class Flask:\n    def __init__(self, name): pass\n    def run(self, *a, **k): print('started')\n"}, {}, ["werkzeug"], {}),
    "werkzeug": ({"werkzeug/__init__.py": ""}, {}, [], {}),
    "redis": ({"redis/__init__.py": "class Redis:\n    def __init__(self, *a, **k): pass\n"}, {}, [], {}),
    "rq": ({"rq/__init__.py": "from redis import Redis\nclass Queue: pass\n"}, {}, ["redis"], {}),
    "celery": ({"celery/__init__.py": ""}, {}, ["kombu"], {"redis": ["redis"]}),
    "kombu": ({"kombu/__init__.py": ""}, {}, [], {}),
    "boltons": ({"boltons/__init__.py": "", "boltons/iterutils.py": "def chunked(*a): return []\n"}, {}, [], {}),
    "requests": ({"requests/__init__.py": ""}, {}, ["urllib3"], {}),
    "urllib3": ({"urllib3/__init__.py": ""}, {}, [], {}),
    "gunicorn": ({"gunicorn/__init__.py": "", "gunicorn/app.py": SERVER, "gunicorn/__main__.py": "from gunicorn.app import main\nmain()\n"}, {"gunicorn": "gunicorn.app:main"}, [], {}),
    "uvicorn": ({"uvicorn/__init__.py": "", "uvicorn/main.py": SERVER, "uvicorn/__main__.py": "from uvicorn.main import main\nmain()\n"}, {"uvicorn": "uvicorn.main:main"}, [], {"standard": ["httptools"]}),
    "httptools": ({"httptools/__init__.py": ""}, {}, [], {}),
    "waitress": ({"waitress/__init__.py": "def serve(*a, **k): print('started')\n", "waitress/runner.py": SERVER}, {"waitress-serve": "waitress.runner:main"}, [], {}),
    "markdown": ({"markdown/__init__.py": "def markdown(text): return text\n"}, {}, [], {}),
    "setuptools": ({}, {}, [], {}),
    # as an image has them: their commands are those of tools.py
    "poetry": ({"poetry/__init__.py": ""}, {}, [], {}),
    "pdm": ({"pdm/__init__.py": ""}, {}, [], {}),
    "pipenv": ({"pipenv/__init__.py": ""}, {}, [], {}),
}


def build(folder):
    """Writes all wheels to a folder."""
    for name, (files, scripts, requires, extras) in DISTRIBUTIONS.items():
        if not files:
            continue
        info = f"{name}-1.0.dist-info"
        metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0"]
        metadata += [f"Requires-Dist: {one}" for one in requires]
        for extra, brought in extras.items():
            metadata += [f"Provides-Extra: {extra}"] + [f'Requires-Dist: {one}; extra == "{extra}"' for one in brought]
        entries = "".join(f"{script} = {target}\n" for script, target in scripts.items())
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            written = dict(files)
            written[f"{info}/METADATA"] = "\n".join(metadata) + "\n"
            written[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: pinlens-test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            if entries:
                written[f"{info}/entry_points.txt"] = "[console_scripts]\n" + entries
            written[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*written, f"{info}/RECORD"])
            for path, text in written.items():
                wheel.writestr(path, text)


# what is fetched once: the start-up of Django is too much its own to be made up
# the options of pytest are those of its plugins; what builds projects is setuptools
FETCHED = ["django==5.1.*", "pytest==8.*", "pytest-xdist==3.*", "pytest-cov==6.*", "setuptools==80.*", "wheel==0.45.*"]


def fetch(cache):
    """The folder of the wheels that are fetched."""
    folder = pathlib.Path(cache) / "wheels"
    done = folder / "complete"
    if not done.exists() or done.read_text() != str(FETCHED):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "-d", folder, *FETCHED], check=True)
        done.write_text(str(FETCHED))
    return folder
