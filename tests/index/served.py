"""A package index on loopback, and a project that asks it through the user's tools."""

import base64, functools, hashlib, http.server, os, pathlib, socket, subprocess, sys, tarfile, tempfile, threading, time, unittest, zipfile

PINLENS = os.environ["PINLENS_BIN"]
TOOLS = pathlib.Path(sys.executable).parent


def wheel(folder, name, version):
    """A wheel that installs one module and needs nothing."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"__version__ = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sdist(folder, name, version, mark):
    """A source distribution whose build leaves a mark: it must never run."""
    with tempfile.TemporaryDirectory() as top:
        tree = pathlib.Path(top) / f"{name}-{version}"
        tree.mkdir()
        (tree / "setup.py").write_text(f"open({str(mark)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name={name!r}, version={version!r})\n")
        (tree / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        with tarfile.open(folder / f"{name}-{version}.tar.gz", "w:gz") as archive:
            archive.add(tree, tree.name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Index:
    """pypiserver on loopback."""

    def __init__(self, packages, *options):
        self.port = free_port()
        command = [TOOLS / "pypi-server", "run", "-i", "127.0.0.1", "-p", str(self.port), "--disable-fallback", *options, packages]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "pypiserver ended"
                time.sleep(0.05)
        raise AssertionError("pypiserver does not listen")

    def url(self, login=""):
        return f"http://{login}127.0.0.1:{self.port}/simple/"

    def close(self):
        self.process.terminate()
        self.process.wait()


class Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Served:
    """An index as files, for pypiserver knows nothing of yanked versions. It counts the questions."""

    def __init__(self, folder, packages, yanked):
        asked = self.asked = []

        class Counting(Pages):
            def do_GET(self):
                asked.append(self.path)
                super().do_GET()

        for name, versions in packages.items():
            page = folder / "simple" / name
            page.mkdir(parents=True)
            links = []
            for version in versions:
                wheel(page, name, version)
                why = yanked.get((name, version))
                mark = "" if why is None else f' data-yanked="{why}"'
                links.append(f'<a href="{name}-{version}-py3-none-any.whl"{mark}>{name}-{version}-py3-none-any.whl</a>')
            (page / "index.html").write_text("<html><body>" + "\n".join(links) + "</body></html>")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Counting, directory=folder))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/simple/"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Silent(http.server.BaseHTTPRequestHandler):
    """Takes every question and never answers."""

    def do_GET(self):
        self.server.over.wait()

    def log_message(self, *_):
        pass


class Base(unittest.TestCase):
    tools = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="pinlens-index-test-")
        top = pathlib.Path(cls.folder.name)
        cls.packages = top / "packages"
        cls.packages.mkdir()
        cls.mark = top / "built"
        cls.old = wheel(cls.packages, "redis", "5.0.1")
        cls.new = wheel(cls.packages, "redis", "5.0.2")
        sdist(cls.packages, "rq", "1.0", cls.mark)
        cls.index = Index(cls.packages)

    @classmethod
    def tearDownClass(cls):
        cls.index.close()
        cls.folder.cleanup()

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(dir=self.folder.name))
        self.project = self.top / "project"
        (self.top / "bin").mkdir()
        self.project.mkdir()
        for tool in self.tools:
            (self.top / "bin" / tool).symlink_to(TOOLS / tool)
        self.env = {
            "PATH": f"{self.top / 'bin'}",
            "HOME": str(self.top),
            "XDG_CACHE_HOME": str(self.top / "cache"),
            "UV_CACHE_DIR": str(self.top / "uv"),
            "UV_PYTHON": sys.executable,
            "PIP_CACHE_DIR": str(self.top / "pip"),
            "TMPDIR": str(self.top),
        }

    def write(self, module, *lines):
        (self.project / "app.py").write_text(f"import flask\nimport {module}\n")
        (self.project / "requirements.txt").write_text("".join(line + "\n" for line in lines))

    def run_pinlens(self, *args, **env):
        done = subprocess.run([PINLENS, *args], cwd=self.project, env={**self.env, **env}, capture_output=True, text=True, timeout=120)
        return done, (self.project / "requirements.txt").read_text()

    def tearDown(self):
        left = [path.name for path in self.top.iterdir() if path.name.startswith("pinlens-index-")]
        self.assertEqual(left, [], "the tool's folder stays behind")
        self.assertFalse(self.mark.exists(), "a build script has run")
