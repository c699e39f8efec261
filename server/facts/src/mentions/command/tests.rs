use super::script;
use crate::words::mention::{Collector, MentionKind, Mentions};
use proptest::prelude::*;

fn read(text: &str) -> Mentions {
    let mut out = Collector::default();
    script(text, 1, &mut out);
    out.finish()
}

/// What is run, in the order of the text: commands as they are, modules with `-m` before them.
fn runs(text: &str) -> Vec<String> {
    let mentions = read(text);
    let mut all: Vec<_> = mentions.all().iter().collect();
    all.sort_by_key(|mention| mention.line);
    let show = |mention: &&crate::words::mention::Mention| match mention.kind {
        MentionKind::Command => mention.text.to_string(),
        MentionKind::Module => format!("-m {}", mention.text),
        kind => format!("{kind:?} {}", mention.text),
    };
    all.iter().map(show).collect()
}

fn check(text: &str, expected: &[&str]) {
    let (mut found, mut expected) = (runs(text), expected.to_vec());
    found.sort();
    expected.sort_unstable();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn lines_are_split_where_a_shell_splits_them() {
    check(
        "gunicorn app:app && celery -A x worker; flower | rq & huey_consumer a",
        &["gunicorn app:app", "celery -A x worker", "flower", "rq", "huey_consumer a"],
    );
    check("gunicorn \\\n  --bind :80 \\\n  app:app # not celery", &["gunicorn --bind :80 app:app"]);
    check("flake8 > out.txt 2>&1 && black . 2>/dev/null", &["flake8", "black ."]);
    check("X=$(alembic heads) Y=`isort .` ; (cd x && pytest -q)", &["alembic heads", "isort .", "pytest -q"]);
    check("echo \"gunicorn\" && printf celery && : flower", &[]);
    check("pytest -k \"a or b\" 'x y' c", &["pytest -k … … c"]);
    check("echo it's && pytest", &["pytest"]);
    check("X=\"$(cd \"$(dirname \"$0\")\" && alembic heads)\" pytest", &["alembic heads", "pytest"]);
    check("X=$(python - <<'END'\nprint(\"it's\") # :)\nEND\n) && black .", &["black ."]);
    check("echo \"unclosed && pytest\nblack .", &["pytest", "black ."]);
}

#[test]
fn bodies_of_compound_commands_are_read() {
    check("if [ \"$1\" = celery ]; then\n  flower\nelse\n  gunicorn x\nfi", &["flower", "gunicorn x"]);
    check(
        "case \"$1\" in\n  celery|rq) exec huey_consumer x ;;\n  *) uvicorn y;;\nesac\npytest",
        &["huey_consumer x", "uvicorn y", "pytest"],
    );
    check("case $x in a) pytest;; esac", &["pytest"]);
    check(
        "start() {\n  gunicorn x\n}\nfunction stop { flower; }\nfor x in celery rq; do black $x; done",
        &["gunicorn x", "flower", "black ${x}"],
    );
    check("cat <<EOF > x\ngunicorn\nEOF\npytest", &["pytest"]);
    check("cat <<-'END' | sh\n\tgunicorn\n\tEND\npytest", &["pytest"]);
    check("[[ -f x ]] && black .", &["black ."]);
    check("(( i++ )); for ((i = 0; i < 3; i++)); do black .; done", &["black ."]);
    check("black() { docker run x; }\nblack .\nisort .", &["docker run x", "isort ."]);
}

#[test]
fn variables_give_what_the_text_shows() {
    check("${APP_SERVER:-gunicorn} app:app", &["gunicorn app:app"]);
    check("${A:-${B:-hypercorn}} x", &["hypercorn x"]);
    check("${CMD:-uvicorn app:app}", &["uvicorn app:app"]);
    check("SERVER=\"gunicorn -w 2\"\n$SERVER app", &["gunicorn -w 2 app"]);
    check("$CMD run\nexec \"$@\"\n\"$VIRTUAL_ENV/bin/flask\" run", &["flask run"]);
    check("export PYTEST_ADDOPTS='-n auto'\nset -- gunicorn \"$@\"", &["Options pytest -n auto", "gunicorn $@"]);
}

#[test]
fn wrappers_and_what_they_run() {
    check("sudo -u www env A=b exec nice -n 5 nohup timeout 30 gunicorn x", &["gunicorn x"]);
    check("poetry run gunicorn x", &["poetry run gunicorn x", "gunicorn x"]);
    check("poetry -C app run black .", &["poetry -C app run black .", "black ."]);
    check("uv run --group dev pytest -q", &["uv run --group dev pytest -q", "pytest -q"]);
    check("uv run --with pytest pytest", &["uv run --with pytest pytest"]);
    check("uv run -m pytest", &["uv run -m pytest", "-m pytest"]);
    check("hatch run +py=3.12 lint:ruff check", &["hatch run +py=3.12 lint:ruff check", "ruff check"]);
    check(
        "coverage run --source app -m pytest tests",
        &["coverage run --source app -m pytest tests", "-m pytest tests"],
    );
    check("coverage run manage.py test", &["coverage run manage.py test", "manage.py test"]);
    check("tini -- dumb-init gosu app gunicorn x", &["gunicorn x"]);
    check("./wait-for-it.sh db:5432 -t 60 -- celery worker", &["celery worker"]);
    check("dockerize -wait tcp://db:5432 -timeout 20s uvicorn x", &["uvicorn x"]);
    check("find . | xargs -n1 black", &["black"]);
    check("conda run -n test pytest", &["pytest"]);
    check("newrelic-admin run-program gunicorn x", &["newrelic-admin run-program gunicorn x", "gunicorn x"]);
    check("watchfiles 'uvicorn app:app' src", &["watchfiles … src", "uvicorn app:app"]);
    check("sh -c 'flask db upgrade && gunicorn x'", &["flask db upgrade", "gunicorn x"]);
    check("bash -lc \"pytest\"", &["pytest"]);
    check("docker compose run --rm -e A=b web pytest -q", &["pytest -q"]);
    check("tox exec -e py -- mypy src", &["tox exec -e py -- mypy src", "mypy src"]);
    check("dotenv -f .env run flask run", &["dotenv -f .env run flask run", "flask run"]);
}

#[test]
fn python_runs_modules_and_files() {
    check("python -m pytest -q", &["-m pytest -q"]);
    check("python3.12 -u -W ignore -X dev -m uvicorn x", &["-m uvicorn x"]);
    check("py -3 -m black . && \"$PYTHON\" x", &["-m black ."]);
    check("python -um flask run", &["-m flask run"]);
    check("python -mpytest x", &["-m pytest x"]);
    check("python -m coverage run -m pytest", &["-m coverage run -m pytest", "-m pytest"]);
    check("python manage.py runserver_plus", &["manage.py runserver_plus"]);
    check("python -c 'import django; from celery.app import x'", &["-m django", "-m celery.app"]);
    check("python -m pip install gunicorn; pip3 install y", &[]);
    check("pip install -r x; uv pip sync y.txt", &["List x", "List y.txt", "uv pip sync y.txt"]);
}

#[test]
fn what_only_looks_for_a_command_is_no_use() {
    check("which gunicorn; command -v celery; type flower; hash rq; black --version", &[]);
    check("uvx ruff check", &["uvx ruff check"]);
    check("pipx run black .", &["pipx run black ."]);
    check("tail -f logs/celery.log; source venv/bin/activate; cd gunicorn", &[]);
}

#[test]
fn paths_and_quotes_of_any_system() {
    check("/usr/local/bin/gunicorn x; .venv\\Scripts\\pytest.exe -q", &["gunicorn x", "pytest -q"]);
    check("['gunicorn', 'app:app']", &["gunicorn app:app"]);
    check("celery -b redis://user:secret@host/0", &["celery -b redis://…"]);
}

#[test]
fn each_command_has_its_line() {
    let mentions = read("\n\n  set -e\nfoo \\\n bar\nx=$(\n baz\n)\nqux <<E\n1\n2\nE\nlast 'a\nb' c\nend");
    let lines: Vec<_> = mentions.of(MentionKind::Command).map(|mention| (mention.head(), mention.line)).collect();
    assert_eq!(lines, [("baz", 7), ("end", 15), ("foo", 4), ("last", 13), ("qux", 9)]);
}

fn scraps() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "\n",
        " ",
        "\t",
        "\\",
        "\"",
        "'",
        "`",
        "$(",
        ")",
        "(",
        "${",
        "}",
        "{",
        ":-",
        "$",
        "$x",
        "#",
        ";",
        ";;",
        "&&",
        "|",
        "<<E\n",
        "E\n",
        "<",
        ">",
        "2>&1",
        "case x in ",
        "esac",
        "if ",
        "then ",
        "fi",
        "gunicorn",
        "poetry run ",
        "python ",
        "-m ",
        "-c ",
        "pytest ",
        "--version",
        "é",
        "x=1 ",
        "x=(",
        "[",
        "sh -c ",
        "env ",
        "uv run ",
        "-- ",
        "eval ",
        "\r\n",
        "hatch run a:b ",
        "redis://u:p@h ",
        "…",
        "set -- ",
        "$x ",
    ]);
    let scrap = prop_oneof![9 => known.prop_map(str::to_owned), 1 => "\\PC{0,3}"];
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_text_gives_a_value(text in scraps()) {
        let lines = text.matches('\n').count() as u32 + 1;
        for mention in read(&text).all() {
            prop_assert!(mention.line >= 1 && mention.line <= lines, "{:?} {:?}", text, mention);
            prop_assert!(!mention.text.contains(['\n', '"', '\'']));
            if let Some(at) = mention.text.find("://") {
                prop_assert!(mention.text[at + 3..].starts_with('…'));
            }
        }
    }

    #[test]
    fn a_command_reads_as_itself(text in scraps()) {
        for mention in read(&text).of(MentionKind::Command) {
            let again = read(&mention.text);
            prop_assert!(again.of(MentionKind::Command).any(|same| same.text == mention.text), "{:?} {:?}", mention, again);
        }
    }
}
