//! Notebooks: what is read of them, and that every range is one of the file.

use crate::python_support::described;
use pinlens_facts::python::{Context, PythonFacts, notebook, statement};
use pinlens_facts::words::text::{Encoding, LineIndex};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> PythonFacts {
    let (facts, _) = notebook::read(text, &statement::parse);
    let index = LineIndex::new(text);
    for import in &facts.imports {
        let ranges = import.parsed.modules.iter().flat_map(|module| {
            module.members.iter().map(|member| member.range).chain([module.range]).map(|range| import.absolute(range))
        });
        for range in ranges.chain([import.range()]) {
            assert!(text.get(range.indices()).is_some(), "{range:?} of {text:?}");
            for offset in [range.start, range.end] {
                let position = facts.lines.position(offset, Encoding::Utf16);
                assert_eq!(position, index.position(text, offset, Encoding::Utf16), "{text:?}");
            }
        }
    }
    assert!(facts.imports.is_sorted_by_key(|import| import.start), "{text:?}");
    facts
}

fn imports(text: &str) -> Vec<String> {
    read(text).imports.iter().flat_map(described).collect()
}

/// What the ranges of the names say.
fn names(text: &str) -> Vec<String> {
    let facts = read(text);
    let modules = facts.imports.iter().flat_map(|import| {
        import.parsed.modules.iter().flat_map(|module| {
            let members = module.members.iter().map(|member| member.range);
            [module.range].into_iter().chain(members).map(|range| import.absolute(range))
        })
    });
    modules.map(|range| text[range.indices()].to_owned()).collect()
}

fn code(source: &Value) -> Value {
    json!({ "cell_type": "code", "metadata": {}, "execution_count": null, "outputs": [], "source": source })
}

fn book(cells: &[Value]) -> String {
    let metadata = json!({ "kernelspec": { "language": "python", "name": "python3" } });
    json!({ "cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 }).to_string()
}

fn of_source(source: &str) -> String {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    book(&[code(&json!(lines))])
}

#[test]
fn cells_are_read_apart() {
    let text = book(&[
        code(&json!(["import a\n", "import b, c as d"])),
        json!({ "cell_type": "markdown", "source": ["import nothing"] }),
        code(&json!("from e import (f,\n  g)\nx = '''never closed\n(")),
        code(&json!("import h")),
        code(&json!([])),
        json!({ "cell_type": "raw", "source": "import nothing" }),
    ]);
    assert_eq!(imports(&text), ["a", "b", "c", "e: f, g", "h"]);
    assert_eq!(names(&text), ["a", "b", "c", "e", "f", "g", "h"]);
}

#[test]
fn ranges_stand_in_the_file() {
    let text = of_source("s = 'é\\u00e9\\t\"'; import a.b\nfrom c import (  # \"d\"\n\td as x,\n\te,\n)\n");
    assert_eq!(names(&text), ["a.b", "c", "d", "e"]);
    let escaped = text.replace('é', "\\u00e9").replace("a.b", "\\u0061.b");
    assert_eq!(names(&escaped), ["\\u0061.b", "c", "d", "e"]);
    assert_eq!(imports(&escaped), ["a.b", "c: d, e"]);
    let broken = of_source("import a.\\\n  b, c\n");
    assert_eq!(imports(&broken), ["a.b", "c"]);
    assert_eq!(names(&broken), ["a.\\\\\\n", "c"]);
    let astral = of_source("'𝄞'; import a").replace('𝄞', "\\ud834\\udd1e");
    assert_eq!(names(&astral), ["a"]);
    let facts = read(&of_source("from c import (\n d,\n)"));
    assert!(facts.imports[0].range().end - facts.imports[0].start > 20);
}

#[test]
fn magics_are_no_code() {
    let text =
        of_source("%matplotlib inline\n!import x\n?import\nimport?\nimport a\n    !ls 'it\nx = !ls \"\nimport b\n");
    assert_eq!(imports(&text), ["a", "b"]);
    assert_eq!(imports(&of_source("%%bash\nimport x\n")), [""; 0]);
    assert_eq!(imports(&of_source("%%writefile a.py\nimport x\n")), [""; 0]);
    assert_eq!(imports(&of_source("\n%%time\nimport x\n")), ["x"]);
    assert_eq!(imports(&of_source("%time import x\n%timeit -n 3 import y\nimport z")), ["x", "z"]);
    assert_eq!(imports(&of_source("!pip install \\\n  'x\nimport a\n")), ["a"]);
    assert_eq!(imports(&of_source("x = (a\n  % b)\nif x:\n    !ls\n    import c\n")), ["c"]);
    assert_eq!(imports(&of_source("s = '''\n%d ''' ; import a\nimport b")), ["a", "b"]);
}

#[test]
fn installs_are_told() {
    let installs = |source: &str| -> Vec<String> {
        read(&of_source(source)).installs.iter().map(|name| name.as_str().to_owned()).collect()
    };
    assert_eq!(
        installs("%pip install -q Pandas>=2 'scikit-learn[x]==1' \"a<2\"\n!pip3 install b # c\n"),
        ["pandas", "scikit-learn", "a", "b"]
    );
    assert_eq!(installs("!{sys.executable} -m pip install -U a -r x.txt --index-url https://x/y b\n"), ["a", "b"]);
    assert_eq!(installs("!apt-get install -y x && python -m pip install a; pip install b\n"), ["a", "b"]);
    assert_eq!(installs("%conda install -c conda-forge -y a\n!uv pip install b\npip install c\n"), ["a", "b", "c"]);
    assert_eq!(installs("!pip install \\\n  a \\\n  b\nimport c\n"), ["a", "b"]);
    assert_eq!(installs("%%bash\npip install a\nls\n"), ["a"]);
    assert_eq!(installs("!pip install git+https://x/y.git#egg=a ./b https://x/c.whl\n"), ["a"]);
    assert_eq!(installs("pip = 1\n!pip list\n!pip uninstall a\n# !pip install b\n"), [""; 0]);
}

#[test]
fn other_languages_are_not_read() {
    let cell = code(&json!("import a"));
    let of = |metadata: Value| json!({ "cells": [cell], "metadata": metadata }).to_string();
    assert_eq!(imports(&of(json!({ "kernelspec": { "language": "R", "name": "ir" } }))), [""; 0]);
    assert_eq!(imports(&of(json!({ "language_info": { "name": "julia" } }))), [""; 0]);
    assert_eq!(imports(&of(json!({ "language_info": { "name": "python", "version": "3.12" } }))), ["a"]);
    assert_eq!(imports(&of(json!({}))), ["a"]);
    let sql = json!({ "cell_type": "code", "metadata": { "vscode": { "languageId": "sql" } }, "source": "import b" });
    assert_eq!(imports(&book(&[sql, cell.clone()])), ["a"]);
}

#[test]
fn the_old_format_is_read() {
    let cell = json!({ "cell_type": "code", "language": "python", "input": ["import a\n", "import b"], "outputs": [] });
    let text = json!({ "metadata": { "name": "" }, "nbformat": 3, "worksheets": [{ "cells": [cell] }] }).to_string();
    assert_eq!(imports(&text), ["a", "b"]);
}

#[test]
fn names_go_from_cell_to_cell() {
    let text = book(&[
        code(&json!("from importlib import import_module as im\nimport sys\nsys.exit()")),
        code(&json!("im('a')\nimport b")),
    ]);
    assert_eq!(imports(&text), ["importlib: import_module", "sys", "a", "b"]);
    assert!(read(&text).imports.iter().all(|import| import.context == Context::default()));
}

#[test]
fn alternatives_keep_together() {
    let facts = read(&of_source("try:\n    import a\nexcept ImportError:\n    import b\n"));
    let places: Vec<_> = facts.imports.iter().filter_map(|import| import.context.alternative).collect();
    assert!(places.len() == 2 && places[0].chain == places[1].chain && places[0].branch < places[1].branch);
}

#[test]
fn what_is_broken_costs_only_itself() {
    let pretty = "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"import a\\n\",\n    \"import b\"\n   ]\n  },\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"import c\"\n   ]\n  }\n ],\n \"metadata\": {}\n}\n";
    assert_eq!(imports(pretty), ["a", "b", "c"]);
    assert_eq!(imports(&pretty[..pretty.find("import c").unwrap() + 8]), ["a", "b", "c"]);
    assert_eq!(imports(&pretty.replacen("import a\\n\",", "import a", 1)), ["a", "b", "c"]);
    assert_eq!(imports(&pretty.replacen("   ]\n", "", 1)), ["a", "b", "c"]);
    assert_eq!(imports(&pretty.replacen("  },\n", "", 1)), ["a", "b", "c"]);
    assert_eq!(imports(&pretty.replace(',', "")), ["a", "b", "c"]);
    assert_eq!(imports(""), [""; 0]);
    assert_eq!(imports("[[[[\"source\": {"), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn any_pieces_are_read(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..60)) {
        read(&parts.concat());
    }

    /// Whatever a cell holds, its imports are those of the text, and their names stand where the ranges say.
    #[test]
    fn a_cell_is_read_as_a_file(parts in proptest::collection::vec(proptest::sample::select(CODE.to_vec()), 0..40), split in any::<bool>()) {
        let source = parts.concat();
        let text = if split { of_source(&source) } else { book(&[code(&json!(source))]) };
        let expected: Vec<String> = crate::python_support::read(&source).imports.iter().flat_map(described).collect();
        prop_assert_eq!(imports(&text), expected);
    }

    #[test]
    fn damage_is_survived(at in any::<prop::sample::Index>(), length in 0_usize..9) {
        let text = of_source("import a\nfrom b import (c,\n  d)\n# é\n");
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = at.index(starts.len());
        let end = starts.get(at + length).copied().unwrap_or(text.len());
        read(&format!("{}{}", &text[..starts[at]], &text[end..]));
    }
}

const PIECES: [&str; 26] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\n",
    "\"cells\":",
    "\"source\":",
    "\"input\":",
    "\"cell_type\":\"code\"",
    "\"metadata\":",
    "\"import a\\n\"",
    "import b",
    "\\u00e9",
    "\\ud834",
    "\\\"",
    "é",
    "𝄞",
    "\"from a import (\\n\"",
    "\"b\\n\"",
    "\"%pip install x\"",
    "null",
    "\"worksheets\":",
];

const CODE: [&str; 20] = [
    "import a\n",
    "from b import c, d\n",
    "from e import (\n",
    "    f,\n",
    ")\n",
    "x = '''\n",
    "'''\n",
    "\"",
    "\t",
    "\\\n",
    "é",
    "𝄞",
    "# c\n",
    "try:\n",
    "    import g\n",
    "except ImportError:\n",
    "import_module('x')\n",
    "__import__(\"y\")\n",
    "\\t",
    "\n",
];
