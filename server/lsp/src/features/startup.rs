//! What a file loads as it is started, as text with places: for `workspace/executeCommand`.

use crate::engine::Engine;
use crate::view::View;
use pinlens_analysis::answers::tree::{Columns, Files, Line, TraceTree};
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::text::TextRange;
use serde_json::{Value, json};
use tower_lsp::ls_types::Uri;

/// The start-up of a Python file, of the texts as they are now: `text`, and in `places` what the lines of it are about, each a
/// `line` from 0 and a `location`. `None` for what is no Python file of a folder.
pub fn start_up(engine: &Engine, uri: &Uri) -> Option<Value> {
    let spot = engine.spot(uri)?;
    let (workspace, view) = (spot.workspace(), spot.view);
    let trace = workspace.trace(&workspace.entry_at(workspace.path(spot.file))?);
    let tree = TraceTree { workspace, trace: &trace, files: &view, is_whole: true };
    let lines = tree.lines();
    let columns = Columns::of(&lines);
    let root = tree.root();
    let head = tree.known_from().map_or_else(|| root.clone(), |by| format!("{root}  ({by})"));
    let text: Vec<String> = [head]
        .into_iter()
        .chain(lines.iter().map(|line| shown(line, &columns)))
        .chain([String::new(), format!("{root} {}.", tree.verdict().1)])
        .chain(tree.missing().map(|missing| format!("{missing}.")))
        .map(|line| line.replace(char::is_control, " ") + "\n")
        .collect();
    let places = lines.iter().enumerate().filter_map(|(at, line)| {
        let (file, range) = line.at?;
        let uri = view.uri_at(workspace.path(file), range.start)?;
        Some(json!({"line": at + 1, "location": {"uri": uri, "range": view.range(file, range)}}))
    });
    Some(json!({"text": text.concat(), "places": places.collect::<Vec<_>>()}))
}

fn shown(line: &Line, columns: &Columns) -> String {
    let mark = line.mark.map(|(mark, _)| format!("{mark} ")).unwrap_or_default();
    format!("{}{mark}{}", line.branch, line.rest(columns))
}

/// Paths are shown from the folder; an open file's text is that of the editor.
impl Files for View<'_> {
    fn path(&self, file: FileId) -> String {
        self.folder.workspace.path(file).to_string()
    }

    fn text(&self, file: FileId, range: TextRange) -> String {
        let (workspace, loader) = (&self.folder.workspace, &self.folder.loader);
        let path = workspace.path(file);
        let on_disk = || {
            let kind = loader.kind(path, workspace.config())?;
            loader.text(path, kind).ok()?.map(|source| source.text)
        };
        let text = self.document(path).map(|document| document.text().to_owned()).or_else(on_disk).unwrap_or_default();
        text.get(range.indices()).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }
}
