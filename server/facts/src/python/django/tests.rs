use super::*;
use crate::python::{scan, statement as parse};
use crate::words::names::ModuleName;

fn read_as(text: &str, is_settings: bool) -> Django {
    let facts = scan::scan(text, &parse::parse);
    read(text, &facts.imports, facts.loading.as_deref(), is_settings).map_or_else(Django::default, |found| *found)
}

/// `SETUP catalog{apps,models}`, with `?` where something else decides.
fn named(text: &str) -> Vec<String> {
    let found = read_as(text, true);
    let shown =
        found.named.iter().filter(|named| !matches!(named.when, When::Ready | When::Tasks | When::Request)).map(
            |named| {
                let module = &named.statement.parsed.modules[0];
                let members: Vec<&str> = module.members.iter().map(|member| &*member.name).collect();
                let members = if members.is_empty() { String::new() } else { format!("{{{}}}", members.join(",")) };
                let written = &text[named.statement.range().indices()];
                assert!(written.starts_with(module.name.as_str()), "{written}");
                format!("{} {}{members}{}", named.by.name(), module.name.as_str(), if named.is_open { "?" } else { "" })
            },
        );
    shown.collect()
}

#[test]
fn settings_name_modules() {
    for (text, expected) in [
        (
            "INSTALLED_APPS = ['catalog', \"shop.apps.ShopConfig\"]\n",
            &["INSTALLED_APPS catalog{apps,models}", "INSTALLED_APPS shop{apps,models}"][..],
        ),
        (
            "OWN_APPS = [\n    'a',  # b\n]\nINSTALLED_APPS = ['c'] + OWN_APPS\n",
            &["INSTALLED_APPS a{apps,models}", "INSTALLED_APPS c{apps,models}"],
        ),
        (
            "INSTALLED_APPS = ('a',)\nINSTALLED_APPS += ('b',)\nINSTALLED_APPS.append('c')\n",
            &["INSTALLED_APPS a{apps,models}", "INSTALLED_APPS b{apps,models}", "INSTALLED_APPS c{apps,models}"],
        ),
        (
            "INSTALLED_APPS = ['a']\nif DEBUG:\n    INSTALLED_APPS += ['b']\n",
            &["INSTALLED_APPS a{apps,models}", "INSTALLED_APPS b{apps,models}?"],
        ),
        ("INSTALLED_APPS = ['a']\nINSTALLED_APPS = ['b']\n", &["INSTALLED_APPS b{apps,models}"]),
        (
            "INSTALLED_APPS = ['a']\nINSTALLED_APPS = ['b', *INSTALLED_APPS]\n",
            &["INSTALLED_APPS a{apps,models}", "INSTALLED_APPS b{apps,models}"],
        ),
        ("INSTALLED_APPS = ['a', 'b']\nINSTALLED_APPS.remove('b')\n", &[]),
        ("INSTALLED_APPS = ['a']\nINSTALLED_APPS = [app for app in INSTALLED_APPS if app != 'a']\n", &[]),
        (
            "MIDDLEWARE = ['shop.middleware.Timing']\nROOT_URLCONF = 'shop.urls'\n",
            &["MIDDLEWARE shop.middleware", "ROOT_URLCONF shop.urls"],
        ),
        ("CACHES = {'default': {'BACKEND': 'a.b.C', 'OPTIONS': {'CLIENT_CLASS': 'd.e.F'}}}\n", &["CACHES a.b"]),
        ("DATABASES = {'default': {'ENGINE': os.environ.get('E', 'a.b')}}\n", &["DATABASES a.b{base}?"]),
        ("DATABASES['default']['ENGINE'] = 'a.b'\n", &["DATABASES a.b{base}"]),
        (
            "LOGGING = {'handlers': {'x': {'class': 'a.b.H', 'level': 'x.y'}}, 'formatters': {'f': {'()': 'c.d.F'}}}\n",
            &["LOGGING a.b", "LOGGING c.d"],
        ),
        ("SESSION_ENGINE = 'a.b'\nEMAIL_BACKEND: str = 'c.d.E'\n", &["SESSION_ENGINE a.b", "EMAIL_BACKEND c.d"]),
        ("class Dev(Base):\n    INSTALLED_APPS = ['a']\n", &[]),
        ("INSTALLED_APPS = ['a',\n  'b\n", &["INSTALLED_APPS a{apps,models}"]),
        ("INSTALLED_APPS = [f'{x}.a', 'not a name', '']\n", &[]),
    ] {
        assert_eq!(named(text), expected, "{text}");
    }
}

#[test]
fn a_whole_assignment_replaces() {
    for (text, expected) in [
        ("INSTALLED_APPS = ['a']\n", true),
        ("INSTALLED_APPS += ['a']\n", false),
        ("INSTALLED_APPS = INSTALLED_APPS + ['a']\n", false),
        ("if DEBUG:\n    INSTALLED_APPS = ['a']\n", false),
        ("INSTALLED_APPS.remove('a')\n", true),
    ] {
        assert_eq!(read_as(text, true).replaced.has(By::InstalledApps), expected, "{text}");
    }
}

#[test]
fn setups_stand_in_functions_and_tests() {
    let text =
        "import os\nimport django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\ndjango.setup()\n";
    let found = read_as(text, false);
    assert_eq!(
        found.settings.map(|one| one.statement.parsed.modules[0].name.clone()),
        Some(ModuleName::new("shop.settings"))
    );
    let shown = |text: &str| -> Vec<String> {
        let found = read_as(text, false);
        found.setups.iter().map(|one| format!("{:?} {} {} {}", one.kind, one.scope, one.is_main, one.is_open)).collect()
    };
    assert_eq!(shown(text), ["Apps 0 false false"]);
    let manage = "import os\ndef main():\n    os.environ['DJANGO_SETTINGS_MODULE'] = 'a.b'\n    try:\n        from django.core.management import execute_from_command_line\n    except ImportError as error:\n        raise ImportError('no Django') from error\n    execute_from_command_line(sys.argv)\n\nif __name__ == '__main__':\n    main()\n";
    assert_eq!(shown(manage), ["Command 1 false false"]);
    assert_eq!(
        shown("from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"),
        ["Handler 0 false false"]
    );
    assert_eq!(shown("import django\nif x:\n    django.setup()\n"), ["Apps 0 false true"]);
    assert_eq!(shown("import django\n# django.setup()\n'''django.setup()'''\n"), [""; 0]);
}

#[test]
fn two_settings_modules_are_none() {
    let text = "if x:\n    os.environ['DJANGO_SETTINGS_MODULE'] = 'a'\nelse:\n    os.environ['DJANGO_SETTINGS_MODULE'] = 'b'\n";
    assert_eq!(read_as(text, false).settings, None);
    assert_eq!(read_as("os.environ['DJANGO_SETTINGS_MODULE'] = name\n", false).settings, None);
    let named = "# a DJANGO_SETTINGS_MODULE of the environment comes first\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    assert!(read_as(named, false).settings.is_some());
    assert_eq!(read_as("os.environ.setdefault('DJANGO_SETTINGS_MODULE', '", false).settings, None);
}

#[test]
fn patterns_of_urls_include_others() {
    let text = "from django.urls import include, path\n# include('x.y')\nurlpatterns = [\n    path('a', include('shop.urls')),\n    path('b', include(('b.urls', 'b'))),\n]\nif settings.DEBUG:\n    urlpatterns += [path('d', include('d.urls'))]\n";
    let found = read_as(text, false);
    let shown: Vec<String> = found
        .named
        .iter()
        .map(|one| format!("{} {}", one.statement.parsed.modules[0].name.as_str(), one.is_open))
        .collect();
    assert_eq!(shown, ["shop.urls false", "b.urls false", "d.urls true"]);
}
