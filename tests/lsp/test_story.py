"""One user's way through a workspace, by the capabilities of each editor."""

import pytest
from lsprotocol import types as t

from conftest import Client

pytestmark = pytest.mark.asyncio


def width(client: Client, text: str) -> int:
    encoding = client.capabilities_of_server.position_encoding
    return len(text.encode()) if encoding == t.PositionEncodingKind.Utf8 else len(text.encode("utf-16-le")) // 2


def changed(client: Client, edit: t.WorkspaceEdit) -> dict[str, list[str]]:
    """The new texts of an edit by document, in the form in which this client takes edits."""
    if edit.document_changes is None:
        assert client.name == "neovim"  # its capabilities have no documentChanges
        return {uri: [one.new_text for one in edits] for uri, edits in edit.changes.items()}
    # an edit of an open document says of which version it is
    open_documents = {client.uri(path): version for path, version in client.versions.items()}
    for change in edit.document_changes:
        assert change.text_document.version == open_documents.get(change.text_document.uri)
    return {change.text_document.uri: [one.new_text for one in change.edits] for change in edit.document_changes}


async def both_open(client: Client) -> None:
    client.open("app.py", "python")
    client.open("requirements.txt", "pip-requirements")
    await client.until("app.py", ["undeclared-import"])
    await client.until("requirements.txt", ["unused-requirement"])


async def test_columns_are_counted_as_the_client_counts(client: Client):
    assert client.capabilities_of_server.position_encoding == {
        "vscode": t.PositionEncodingKind.Utf16,
        "neovim": t.PositionEncodingKind.Utf8,
    }[client.name]
    assert client.pulls == (client.name == "vscode")
    await both_open(client)
    start = width(client, "sign = '\U0001d11e' ; import ")
    at = t.Position(line=0, character=start + 1)
    hover = await client.text_document_hover_async(
        t.HoverParams(text_document=client.document("app.py"), position=at)
    )
    assert hover.range.start == t.Position(line=0, character=start)
    assert "Python client for Redis" in hover.contents.value and "https://redis.example" in hover.contents.value


async def test_the_quick_fix_mends_both_files_and_undo_brings_it_back(client: Client):
    await both_open(client)
    start = width(client, "sign = '\U0001d11e' ; import ")
    place = t.Range(start=t.Position(line=0, character=start), end=t.Position(line=0, character=start + 5))
    context = t.CodeActionContext(diagnostics=[], only=[t.CodeActionKind.QuickFix])
    actions = await client.text_document_code_action_async(
        t.CodeActionParams(text_document=client.document("app.py"), range=place, context=context)
    )
    add = next(action for action in actions if action.title.startswith("Add redis"))
    if add.edit is None:
        add = await client.code_action_resolve_async(add)
    (new,) = changed(client, add.edit)[client.uri("requirements.txt")]
    assert "redis==5.0.1" in new

    client.replace("requirements.txt", "flask==3.0\nrequests\n" + new)
    await client.until("app.py", [])
    client.replace("requirements.txt", "flask==3.0\nrequests\n")
    await client.until("app.py", ["undeclared-import"])


async def test_an_unsaved_import_clears_the_unused_requirement(client: Client):
    await both_open(client)
    client.replace("app.py", "import flask\nimport requests\n")
    await client.until("app.py", [])
    await client.until("requirements.txt", [])
    if client.pulls:
        assert t.WORKSPACE_DIAGNOSTIC_REFRESH in client.asked


async def test_files_that_are_not_open_are_told_of(client: Client):
    client.open("app.py", "python")
    await client.until("app.py", ["undeclared-import"])
    for _ in range(300):
        if client.diagnostics.get(client.uri("web.py")):
            break
        await client.wait_for_notification(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert [found.code for found in client.diagnostics[client.uri("web.py")]] == ["undeclared-import"]
    # what is asked for is not told as well
    assert bool(client.diagnostics.get(client.uri("app.py"))) == (not client.pulls)


async def test_navigation(client: Client):
    await both_open(client)
    requirements, app = client.document("requirements.txt"), client.document("app.py")
    definition = await client.text_document_definition_async(
        t.DefinitionParams(text_document=app, position=t.Position(line=1, character=8))
    )
    first = definition[0]
    assert (first.target_uri if isinstance(first, t.LocationLink) else first.uri) == requirements.uri
    references = await client.text_document_references_async(
        t.ReferenceParams(
            text_document=requirements,
            position=t.Position(line=0, character=1),
            context=t.ReferenceContext(include_declaration=False),
        )
    )
    assert [place.uri for place in references] == [app.uri]
    outline = await client.text_document_document_symbol_async(t.DocumentSymbolParams(text_document=requirements))
    assert [symbol.name for symbol in outline] == ["flask", "requests"]
    found = await client.workspace_symbol_async(t.WorkspaceSymbolParams(query="flsk"))
    assert [symbol.name for symbol in found] == ["flask==3.0"]


async def test_completion(client: Client):
    await both_open(client)
    client.replace("requirements.txt", "flask==3.0\nrequests\nre")
    listed = await client.text_document_completion_async(
        t.CompletionParams(text_document=client.document("requirements.txt"), position=t.Position(line=2, character=2))
    )
    assert listed.items[0].label == "redis"
    resolved = await client.completion_item_resolve_async(listed.items[0])
    assert "Python client for Redis" in resolved.documentation.value
    client.replace("requirements.txt", "flask==3.0\nrequests\nredis==")
    listed = await client.text_document_completion_async(
        t.CompletionParams(text_document=client.document("requirements.txt"), position=t.Position(line=2, character=7))
    )
    assert [item.label for item in listed.items] == ["5.0.1"]


async def test_what_stands_beside_requirements(client: Client):
    await both_open(client)
    document = client.document("requirements.txt")
    lenses = await client.text_document_code_lens_async(t.CodeLensParams(text_document=document))
    assert [lens.command.title for lens in lenses] == ["imported by 1 file", "not imported"]
    whole = t.Range(start=t.Position(line=0, character=0), end=t.Position(line=2, character=0))
    hints = await client.text_document_inlay_hint_async(t.InlayHintParams(text_document=document, range=whole))
    assert [hint.label for hint in hints] == ["installed 2.0", "not installed"]
    assert await client.text_document_document_link_async(t.DocumentLinkParams(text_document=document)) == ()
    assert await client.text_document_folding_range_async(t.FoldingRangeParams(text_document=document)) == ()
    tokens = await client.text_document_semantic_tokens_full_async(t.SemanticTokensParams(text_document=document))
    assert list(tokens.data) == [0, 0, 5, 0, 0, 0, 5, 2, 2, 0, 0, 2, 3, 3, 0, 1, 0, 8, 0, 0]


async def test_the_whole_workspace_is_asked_for(client: Client):
    if not client.pulls:
        assert client.capabilities_of_server.diagnostic_provider is None
        return
    client.open("app.py", "python")
    await client.until("app.py", ["undeclared-import"])
    report = await client.workspace_diagnostic_async(t.WorkspaceDiagnosticParams(previous_result_ids=[]))
    codes = {item.uri: [found.code for found in item.items] for item in report.items}
    assert codes == {client.uri("web.py"): ["undeclared-import"], client.uri("requirements.txt"): ["unused-requirement"]}


async def test_a_notebook_has_its_findings_on_the_cells(client: Client):
    if client.name != "vscode":
        assert client.capabilities_of_server.notebook_document_sync is None
        return
    cell = "vscode-notebook-cell:/shop/a.ipynb#1"
    (client.root / "a.ipynb").write_text("{}")
    notebook = t.NotebookDocument(
        uri=client.uri("a.ipynb"),
        notebook_type="jupyter-notebook",
        version=1,
        cells=[t.NotebookCell(kind=t.NotebookCellKind.Code, document=cell)],
    )
    text = t.TextDocumentItem(uri=cell, language_id="python", version=1, text="import flask\nimport yaml\n")
    client.notebook_document_did_open(
        t.DidOpenNotebookDocumentParams(notebook_document=notebook, cell_text_documents=[text])
    )
    document = t.TextDocumentIdentifier(uri=cell)
    report = await client.text_document_diagnostic_async(t.DocumentDiagnosticParams(text_document=document))
    assert [(found.code, found.range.start.line) for found in report.items] == [("undeclared-import", 1)]


async def test_a_file_that_is_renamed_takes_its_includes_along(client: Client):
    (client.root / "base.txt").write_text("flask\n")
    (client.root / "requirements.txt").write_text("-r base.txt\nrequests\n")
    client.open("requirements.txt", "pip-requirements")
    await client.until("requirements.txt", ["unused-requirement"])
    move = t.FileRename(old_uri=client.uri("base.txt"), new_uri=client.uri("deploy/base.txt"))
    edit = await client.workspace_will_rename_files_async(t.RenameFilesParams(files=[move]))
    assert changed(client, edit) == {client.uri("requirements.txt"): ["deploy/base.txt"]}


async def test_settings_are_those_of_the_folder(client: Client):
    await both_open(client)
    client.set_configuration({"pinlens": {"ignore": ["undeclared-import", "version-mismatch", "not-installed"]}}, scope_uri=client.root.as_uri())
    client.workspace_did_change_configuration(t.DidChangeConfigurationParams(settings=None))
    await client.until("app.py", [])
    await client.until("requirements.txt", ["unused-requirement"])
    # what is said for no folder does not count in one that says something itself
    client.set_configuration({"pinlens": {"ignore": ["unused-requirement"], "keep": ["requests"]}})
    client.set_configuration({"pinlens": {}}, scope_uri=client.root.as_uri())
    client.workspace_did_change_configuration(t.DidChangeConfigurationParams(settings=None))
    await client.until("app.py", ["undeclared-import"])
    await client.until("requirements.txt", ["unused-requirement"])


async def test_a_settings_file_counts_as_it_is_typed(client: Client):
    await both_open(client)
    client.open("pinlens.toml", "toml")
    client.replace("pinlens.toml", 'ignore = ["version-mismatch", "not-installed", "undeclared-import"]\n')
    await client.until("app.py", [])
    client.replace("pinlens.toml", 'ignore = ["version-mismatch", "not-installed"]\nkeep = ["requests"]\n')
    await client.until("app.py", ["undeclared-import"])
    await client.until("requirements.txt", [])
    # what is half-typed takes nothing away
    client.replace("pinlens.toml", 'ignore = ["version-mismatch", "not-installed"]\nkeep = ["requests"\n')
    await client.until("pinlens.toml", ["invalid-configuration"])
    await client.until("requirements.txt", [])
