"""The other tools that install: uv, poetry, pdm and pipenv, fetched once, and an index on this machine from which they take the wheels."""
import http.server, pathlib, re, subprocess, sys, threading, urllib.parse, venv

# each in an environment of its own, for they require different versions of the same packages
TOOLS = {
    "uv": ["uv==0.9.*"], "nox": ["nox==2025.*"], "poetry": ["poetry==2.2.*"], "pipenv": ["pipenv==2025.*"],
    # later ones fail with the releases of what they require without a bound
    "pdm": ["pdm==2.22.*", "hishel==0.1.*", "httpx==0.28.*", "unearth==0.17.*"],
}


def fetch(cache):
    """The folder with the commands."""
    folder = pathlib.Path(cache) / "tools"
    commands = folder / "bin"
    commands.mkdir(parents=True, exist_ok=True)
    for name, wanted in TOOLS.items():
        done = folder / name / "complete"
        if done.exists():
            continue
        venv.EnvBuilder(with_pip=True, clear=True).create(folder / name)
        subprocess.run([folder / name / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True)
        done.touch()
    for name in TOOLS:
        command = commands / name
        command.unlink(missing_ok=True)
        command.symlink_to(folder / name / "bin" / name)
    return commands


def serve(wheels):
    """Serves the wheels of a folder as an index (PEP 503) and returns its address. It ends with this process."""
    names = {}
    for wheel in sorted(pathlib.Path(wheels).glob("*.whl")):
        names.setdefault(re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower(), []).append(wheel.name)

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            parts = [part for part in urllib.parse.urlsplit(self.path).path.split("/") if part]
            if parts[:1] == ["simple"] and len(parts) == 2 and parts[1] in names:
                links = "".join(f'<a href="/files/{name}">{name}</a>\n' for name in names[parts[1]])
                return self.answer(f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html")
            if parts[:1] == ["files"] and (pathlib.Path(wheels) / parts[-1]).exists():
                return self.answer((pathlib.Path(wheels) / parts[-1]).read_bytes(), "application/octet-stream")
            self.send_error(404)

        do_HEAD = do_GET

        def answer(self, body, kind):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/simple/"


def variables(index, root):
    """What tells the tools where to keep things and whence to take them."""
    return {
        "UV_DEFAULT_INDEX": index, "UV_PYTHON_DOWNLOADS": "never", "UV_CACHE_DIR": f"{root}/uv",
        "UV_LINK_MODE": "copy", "UV_NO_CONFIG": "1",
        "POETRY_CACHE_DIR": f"{root}/poetry", "POETRY_NO_INTERACTION": "1", "POETRY_KEYRING_ENABLED": "false",
        "PDM_PYPI_URL": index, "PDM_CACHE_DIR": f"{root}/pdm", "PDM_CHECK_UPDATE": "false", "PDM_IGNORE_ACTIVE_VENV": "1",
        "PIPENV_PYPI_MIRROR": index, "PIPENV_CACHE_DIR": f"{root}/pipenv", "PIPENV_NOSPIN": "1", "PIPENV_YES": "1",
        "WORKON_HOME": f"{root}/pipenv-environments", "HOME": f"{root}/home",
    }


def command(text, environment):
    """A command that would install into the image's Python, with the environment that stands for it."""
    python = f"{environment}/bin/python"
    # of which Python an environment is made; `uv pip` is never told one that is not of the image
    text = re.sub(r"\buv (sync|venv)\b", rf"uv \1 --python {sys.executable}", text)
    text = re.sub(r"\buv pip (install|sync)\b(.*?)--system\b", rf"uv pip \1\2--python {python}", text)
    text = re.sub(r"\bpipenv (install|sync)\b(.*?)--system\b", rf"VIRTUAL_ENV={environment} PIPENV_VERBOSITY=-1 pipenv \1\2", text)
    if "POETRY_VIRTUALENVS_CREATE=false" in text or "virtualenvs.create false" in text:
        text = text.replace("poetry install", f"VIRTUAL_ENV={environment} poetry install")
    return text
