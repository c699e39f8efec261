"""A client with the capabilities of an editor, and a workspace for it."""

import asyncio
import json
import os
import pathlib
from typing import Optional, Union

import pytest
import pytest_lsp
from lsprotocol import types as t
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient
from pytest_lsp.client import register_lsp_features

HERE = pathlib.Path(__file__).parent
EDITORS = {"vscode": "vscode-1.139.1", "neovim": "neovim-0.11.4"}

FILES = {
    "app.py": "sign = '\U0001d11e' ; import redis\nimport flask\n",
    "web.py": "from redis import Redis\n",
    "requirements.txt": "flask==3.0\nrequests\n",
    # the installed flask is another one, for the hints, and requests is not installed; that both are reported is no part of these stories
    "pinlens.toml": 'ignore = ["version-mismatch", "not-installed"]\n',
    ".venv/pyvenv.cfg": "version = 3.12.1\n",
    ".venv/lib/python3.12/site-packages/redis-5.0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: redis\n"
    "Version: 5.0.1\nSummary: Python client for Redis\nProject-URL: Homepage, https://redis.example\n\n",
    ".venv/lib/python3.12/site-packages/redis-5.0.1.dist-info/RECORD": "redis/__init__.py,,\n",
    ".venv/lib/python3.12/site-packages/flask-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: flask\nVersion: 2.0\n\n",
    ".venv/lib/python3.12/site-packages/flask-2.0.dist-info/RECORD": "flask/__init__.py,,\n",
}


def converter():
    """lsprotocol 2025.0.0 cannot decode the filters of notebooks: it lacks this hook."""
    made = default_converter()
    kinds = {
        "notebookType": t.NotebookDocumentFilterNotebookType,
        "scheme": t.NotebookDocumentFilterScheme,
        "pattern": t.NotebookDocumentFilterPattern,
    }
    union = Union[(str, *kinds.values())]

    def structure(value, _):
        if value is None or isinstance(value, str):
            return value
        return next(made.structure(value, kind) for key, kind in kinds.items() if key in value)

    made.register_structure_hook(union, structure)
    made.register_structure_hook(Optional[union], structure)
    return made


class Client(LanguageClient):
    """A client that answers what the server asks of it, and remembers it."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.asked: list[str] = []
        self.statuses: list = []
        self.root: pathlib.Path
        self.versions: dict[str, int] = {}

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def document(self, path: str) -> t.TextDocumentIdentifier:
        return t.TextDocumentIdentifier(uri=self.uri(path))

    def open(self, path: str, language: str) -> None:
        text = (self.root / path).read_text()
        self.versions[path] = 1
        item = t.TextDocumentItem(uri=self.uri(path), language_id=language, version=1, text=text)
        self.text_document_did_open(t.DidOpenTextDocumentParams(text_document=item))

    def replace(self, path: str, text: str) -> None:
        self.versions[path] += 1
        document = t.VersionedTextDocumentIdentifier(uri=self.uri(path), version=self.versions[path])
        change = t.TextDocumentContentChangeWholeDocument(text=text)
        self.text_document_did_change(t.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))

    @property
    def pulls(self) -> bool:
        return self.capabilities_of_server.diagnostic_provider is not None

    async def codes(self, path: str) -> list[str]:
        """The codes of an open document's findings, by the way in which this client gets them."""
        if self.pulls:
            report = await self.text_document_diagnostic_async(t.DocumentDiagnosticParams(text_document=self.document(path)))
            found = report.items
        else:
            found = self.diagnostics.get(self.uri(path), ())
        return sorted(str(diagnostic.code) for diagnostic in found)

    async def until(self, path: str, expected: list[str]) -> None:
        """Waits until an open document has these findings."""
        for _ in range(300):
            codes = await self.codes(path)
            if codes == expected:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{path}: expected {expected}, got {codes}")


def make_client() -> Client:
    client = Client(converter_factory=converter)
    register_lsp_features(client)

    def answered(method):
        # the library has an answer to some of these, but does not remember that it was asked
        client.protocol.fm._features.pop(method, None)

        @client.feature(method)
        def answer(params=None):
            client.asked.append(method)

    for method in (
        t.CLIENT_REGISTER_CAPABILITY,
        t.WORKSPACE_DIAGNOSTIC_REFRESH,
        t.WORKSPACE_CODE_LENS_REFRESH,
        t.WORKSPACE_INLAY_HINT_REFRESH,
    ):
        answered(method)
    return client


@pytest_lsp.fixture(
    params=list(EDITORS),
    config=ClientServerConfig(server_command=[os.environ["PINLENS_BIN"], "server"], client_factory=make_client),
)
async def client(request, lsp_client: Client, tmp_path):
    """A started client, whose workspace holds FILES."""
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / ".git").mkdir()
    captured = json.loads((HERE / "capabilities" / f"{EDITORS[request.param]}.json").read_text())
    capabilities = converter().structure(captured["capabilities"], t.ClientCapabilities)
    lsp_client.root = tmp_path.resolve()
    folder = t.WorkspaceFolder(uri=lsp_client.root.as_uri(), name="shop")
    lsp_client.set_configuration({"pinlens": {}})
    params = t.InitializeParams(capabilities=capabilities, workspace_folders=[folder])
    result = await lsp_client.initialize_session(params)
    lsp_client.capabilities_of_server = result.capabilities
    lsp_client.name = request.param
    yield
    await lsp_client.shutdown_session()
