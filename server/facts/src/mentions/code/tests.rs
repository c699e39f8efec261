use super::*;
use crate::python::{scan::scan, statement};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample;

fn mentioned(text: &str, is_settings: bool) -> Vec<String> {
    let facts = scan(text, &statement::parse);
    let mentions = mentions_of_code(text, &facts.imports, is_settings);
    mentions.all().iter().map(|mention| format!("{:?} {}:{}", mention.kind, mention.text, mention.line)).collect()
}

#[test]
fn words_of_an_imported_host() {
    let text = "import pandas as pd\n\n\ndf = pd.read_excel('x')\n# pd.to_excel\n";
    assert_eq!(mentioned(text, false), ["Code pandas call:read_excel:4"]);
    assert_eq!(mentioned("df = pd.read_excel('x')\n", false), [""; 0]);
    let argument = "import pandas\npandas.ExcelFile(x, engine='openpyxl')\n";
    assert!(
        mentioned(argument, false).contains(&"Code pandas arg:engine=\"openpyxl\":2".to_owned()),
        "{:?}",
        mentioned(argument, false)
    );
}

#[test]
fn urls_in_strings() {
    let text =
        "\"\"\"postgresql+psycopg2://doc\"\"\"\nA = \"redis://x\"  # mysql://y\nB = f'postgresql+psycopg2://{a}'\n";
    assert_eq!(mentioned(text, false), ["Url postgresql+psycopg2:3", "Url redis:2"]);
    assert_eq!(mentioned("A = 'https://example.org'\n", false), [""; 0]);
}

#[test]
fn names_of_settings() {
    let text = "if X:\n    MIDDLEWARE += [\n        'whitenoise.middleware.W',  # 'no'\n    ]\n";
    assert_eq!(mentioned(text, true), ["Name whitenoise.middleware.W MIDDLEWARE:3"]);
}

#[test]
fn fixtures_and_markers() {
    let text = "import pytest\n@pytest.fixture\ndef page(mocker): pass\n\n@pytest.mark.asyncio\ndef test_x(a: int, freezer=1): pass\n";
    let found = mentioned(text, false);
    for wanted in [
        "Fixture page:3",
        "Code pytest fixture:mocker:3",
        "Code pytest marker:asyncio:5",
        "Code pytest fixture:freezer:6",
    ] {
        assert!(found.contains(&wanted.to_owned()), "{wanted}: {found:?}");
    }
    assert!(mentioned("def test_x(mocker):\n    pass\n", false).contains(&"Code pytest fixture:mocker:1".to_owned()));
}

#[test]
fn commands_that_code_runs() {
    let text = "import subprocess, sys\nsubprocess.run(['gunicorn', 'app:app'])\nsubprocess.call([sys.executable, '-m', 'pytest'])\n";
    assert_eq!(mentioned(text, false), ["Command gunicorn app:app:2", "Module pytest:3"]);
}

#[test]
fn calls_of_management_commands_and_variables() {
    let text = "import subprocess, os\ncall_command('spectacular')\nos.environ['KERAS_BACKEND'] = 'jax'\n";
    assert_eq!(mentioned(text, false), ["Command manage.py spectacular:2", "Variable KERAS_BACKEND=jax:3"]);
}

#[test]
fn a_dictionary_that_configures_logging() {
    let text = "import logging.config\nlogging.config.dictConfig({'class': 'rich.logging.RichHandler', 'x': 'a.b'})\n";
    assert_eq!(mentioned(text, false), ["Name rich.logging.RichHandler:2"]);
}

proptest! {
    /// Any text gives a value, each on a line that is there, and what is said twice the first time.
    #[test]
    fn any_text_gives_a_value(pieces in vec(sample::select(&PIECES[..]), 0..40), is_settings in any::<bool>()) {
        let text = format!("import pandas, pytest, subprocess, logging\n{}", pieces.concat());
        let facts = scan(&text, &statement::parse);
        let mentions = mentions_of_code(&text, &facts.imports, is_settings);
        let lines = text.split('\n').count();
        for mention in mentions.all() {
            prop_assert!(mention.line as usize <= lines && mention.line > 0);
        }
    }
}

const PIECES: [&str; 36] = [
    "\n",
    "    ",
    "def ",
    "test_x",
    "(",
    ")",
    "[",
    "]",
    "{",
    ",",
    ":",
    "=",
    "'",
    "\"",
    "\"\"\"",
    "f'",
    "\\",
    "#",
    "é",
    "𝕏",
    "\r\n",
    "redis://",
    "mocker",
    "@pytest.fixture\n",
    ".mark.",
    "asyncio",
    "read_excel",
    "engine",
    "openpyxl",
    "subprocess.run",
    "os.execvp",
    "-m",
    "usefixtures",
    "KERAS_BACKEND",
    "dictConfig",
    "'class': 'a.b'",
];
