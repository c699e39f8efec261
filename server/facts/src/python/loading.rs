//! What of a Python file runs while it is loaded, and what becomes of a failure there: functions that are called at once,
//! and the handlers around imports and calls. Next to it, an import's own [`Context`](super::Context) says when it runs.

use crate::words::text::TextRange;
use std::collections::BTreeMap;

/// A part of a file that runs as a whole: 0 is the module's own level, `n + 1` the body of [`Loading::functions`]`[n]`.
pub type Scope = u32;

/// The module's own level.
pub const MODULE: Scope = 0;

/// What is never known to be called: methods, lambdas, functions inside others.
pub const UNCALLED: Scope = u32::MAX;

/// What runs while a file is loaded, as far as imports go. All is empty for a file whose imports stand plainly at its top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loading {
    /// Where the imports stand that are not plainly at module level: the index of each in the file's imports, ascending.
    pub places: Box<[(u32, Place)]>,
    /// The tries around imports and calls.
    pub tries: Box<[Try]>,
    /// The functions in which something is imported, or another of them called.
    pub functions: Box<[Function]>,
    /// The calls of these functions in the same file, in the order of the text.
    pub calls: Box<[Call]>,
    /// The functions of which [`Loading::calls_guarded`] is true, ascending.
    pub guarded: Box<[Scope]>,
    /// The calls at module level of what is imported by name from another module, in the order of the text.
    pub foreign: Box<[Foreign]>,
    /// The names that a guard leaves unbound and that are used all the same.
    pub unbound: Box<[Unbound]>,
}

/// Where an import or a call stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What it is part of.
    pub scope: Scope,
    /// Whether it stands under `if __name__ == "__main__"`.
    pub is_main: bool,
    /// Whether it stands behind a test that only shows when the program runs, or in a loop that may have no round.
    pub is_open: bool,
    /// The tries in whose bodies it stands, innermost first; indices in [`Loading::tries`].
    pub tries: Box<[u32]>,
}

/// The handlers of one `try`, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Try {
    /// Its `except` clauses.
    pub handlers: Box<[Handler]>,
}

/// One `except` clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its head: `except ImportError as error`.
    pub range: TextRange,
    /// What it catches.
    pub catches: Failures,
    /// How it ends.
    pub end: End,
}

/// How a handler ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The code goes on behind the `try`.
    CarriesOn,
    /// What was caught is raised again.
    Reraises,
    /// Something else is raised, or the program ends.
    Raises(Failure),
}

/// A function of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: Box<str>,
    /// Where the name stands in its definition.
    pub range: TextRange,
    /// Whether it is defined at the module's own level, so that other modules can call it.
    pub is_public: bool,
    /// When its body runs.
    pub body: Body,
}

/// When the body of a function runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// With the call.
    #[default]
    Called,
    /// When the coroutine that the call returns is awaited: `async def`.
    Awaited,
    /// When the generator that the call returns is iterated over.
    Iterated,
}

impl Body {
    /// Whether a call runs the body, where what the call returns is used so.
    pub fn runs_by(self, used: Self) -> bool {
        self == Self::Called || self == used
    }
}

/// A call of a function of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The bytes of the name that is called.
    pub range: TextRange,
    /// The scope that runs.
    pub callee: Scope,
    /// Where the call stands.
    pub place: Place,
}

/// A call of what a `from` import took from another module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The import's index in the file's imports.
    pub import: u32,
    /// The name in the other module.
    pub name: Box<str>,
    /// The bytes of the name that is called.
    pub range: TextRange,
    /// How what the call returns is used: which bodies the call runs.
    pub used: Body,
    /// Where the call stands.
    pub place: Place,
}

/// A name that is used at module level although the import that would bind it may have failed in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unbound {
    /// The import's index in the file's imports.
    pub import: u32,
    /// The use.
    pub range: TextRange,
}

/// A kind of failure, by what catches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// An `ImportError`.
    Import,
    /// Another `Exception`.
    Other,
    /// `SystemExit`, which only a bare `except` catches.
    Exit,
}

impl Failure {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Import, Self::Other, Self::Exit];
}

/// A set of kinds of failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failures(u8);

impl Failures {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Every kind.
    pub const ALL: Self = Self(7);

    /// The set with one more kind.
    #[must_use]
    pub const fn with(self, failure: Failure) -> Self {
        Self(self.0 | 1 << failure as u8)
    }

    /// Whether the kind is in it.
    pub const fn has(self, failure: Failure) -> bool {
        self.0 & (1 << failure as u8) != 0
    }

    /// What is in both sets, or in either.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What the tries around a place make of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It goes on to whoever runs this code, maybe as another; `by` is the last handler that passed it on.
    Leaves {
        /// As what it leaves.
        failure: Failure,
        /// The handler that passed it on, if one caught it at all.
        by: Option<Handler>,
    },
    /// This handler carries on.
    Stopped(Handler),
}

impl Loading {
    /// Where the import of that index stands.
    pub fn place(&self, import: usize) -> Option<&Place> {
        let at = self.places.binary_search_by_key(&(import as u32), |(index, _)| *index).ok()?;
        self.places.get(at).map(|(_, place)| place)
    }

    /// What becomes of a `failure` inside these tries, innermost first.
    pub fn outcome(&self, tries: &[u32], failure: Failure) -> Outcome {
        let (mut failure, mut by) = (failure, None);
        for of in tries.iter().filter_map(|of| self.tries.get(*of as usize)) {
            let Some(handler) = of.handlers.iter().find(|handler| handler.catches.has(failure)) else { continue };
            match handler.end {
                End::CarriesOn => return Outcome::Stopped(*handler),
                End::Reraises => {}
                End::Raises(other) => failure = other,
            }
            by = Some(*handler);
        }
        Outcome::Leaves { failure, by }
    }

    /// Whether every call in this file of the function around an import stands in a `try` that carries on without it.
    pub fn is_called_guarded(&self, import: usize) -> bool {
        self.place(import).is_some_and(|place| self.guarded.binary_search(&place.scope).is_ok())
    }

    /// The functions that are called in this file, and only in a `try` that carries on without what the function imports; ascending.
    pub(super) fn calls_guarded(&self) -> Box<[Scope]> {
        // a handler of every failure has no import in mind
        let carries_on = |call: &Call| match self.outcome(&call.place.tries, Failure::Import) {
            Outcome::Stopped(handler) => !handler.catches.has(Failure::Other),
            Outcome::Leaves { .. } => false,
        };
        let mut functions: BTreeMap<Scope, bool> = BTreeMap::new();
        for call in self.calls.iter().filter(|call| call.callee != MODULE) {
            *functions.entry(call.callee).or_insert(true) &= carries_on(call);
        }
        functions.into_iter().filter(|(_, all)| *all).map(|(function, _)| function).collect()
    }

    /// The scope of the function of that name which other modules can call.
    pub fn scope_of(&self, name: &str) -> Option<Scope> {
        let at = self.functions.iter().rposition(|function| function.is_public && *function.name == *name)?;
        Some(at as Scope + 1)
    }

    /// When the body of the scope runs.
    pub fn body_of(&self, scope: Scope) -> Body {
        let function = scope.checked_sub(1).and_then(|at| self.functions.get(at as usize));
        function.map(|function| function.body).unwrap_or_default()
    }

    /// The name of the function whose body the scope is; `None` for the module's own level.
    pub fn name_of(&self, scope: Scope) -> Option<&str> {
        self.functions.get(scope.checked_sub(1)? as usize).map(|function| &*function.name)
    }

    /// Every offset whose position may be needed.
    pub(super) fn offsets(&self) -> impl Iterator<Item = u32> {
        let handlers = self.tries.iter().flat_map(|of| &of.handlers).map(|handler| handler.range);
        let functions = self.functions.iter().map(|function| function.range);
        let calls = self.calls.iter().map(|call| call.range);
        let uses = self.unbound.iter().map(|unbound| unbound.range);
        let foreign = self.foreign.iter().map(|call| call.range);
        handlers.chain(functions).chain(calls).chain(foreign).chain(uses).flat_map(|range| [range.start, range.end])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, scan, statement};
    use super::*;

    fn loading(text: &str) -> (super::super::PythonFacts, Loading) {
        let facts = scan::scan(text, &statement::parse);
        let loading = facts.loading.as_deref().cloned().unwrap_or_default();
        (facts, loading)
    }

    fn outcome(text: &str, failure: Failure) -> String {
        let (facts, loading) = loading(text);
        let tries = loading.place(0).map_or(&[][..], |place| &place.tries);
        let shown = |handler: Handler| text[handler.range.indices()].to_owned();
        match loading.outcome(tries, failure) {
            Outcome::Stopped(handler) => {
                assert!(failure != Failure::Import || facts.imports[0].context.guard == Guard::CarriesOn);
                format!("stopped by {}", shown(handler))
            }
            Outcome::Leaves { failure, by } => format!("{failure:?} by {}", by.map_or_else(|| "none".into(), shown)),
        }
    }

    #[test]
    fn handlers_decide_by_kind_and_end() {
        let import = |handlers: &str| format!("try:\n    import a\n{handlers}");
        for (handlers, failure, expected) in [
            ("except ImportError:\n    pass\n", Failure::Import, "stopped by except ImportError"),
            ("except ImportError:\n    pass\n", Failure::Other, "Other by none"),
            ("except Exception:\n    pass\n", Failure::Exit, "Exit by none"),
            ("except:\n    pass\n", Failure::Exit, "stopped by except"),
            (
                "except ImportError as e:\n    print(e)\n    raise\n",
                Failure::Import,
                "Import by except ImportError as e",
            ),
            ("except ImportError as e:\n    raise e\n", Failure::Import, "Import by except ImportError as e"),
            ("except ImportError:\n    raise RuntimeError('x')\n", Failure::Import, "Other by except ImportError"),
            ("except ImportError:\n    sys.exit(1)\n", Failure::Import, "Exit by except ImportError"),
            (
                "except ImportError:\n    if x:\n        raise\n    else:\n        sys.exit()\n",
                Failure::Import,
                "Exit by except ImportError",
            ),
            (
                "except KeyError:\n    pass\nexcept Exception:\n    raise\n",
                Failure::Import,
                "Import by except Exception",
            ),
        ] {
            assert_eq!(outcome(&import(handlers), failure), expected, "{handlers}");
        }
        let nested =
            "try:\n    try:\n        import a\n    except ImportError:\n        raise\nexcept Exception:\n    pass\n";
        assert_eq!(outcome(nested, Failure::Import), "stopped by except Exception");
    }

    #[test]
    fn calls_are_followed_into_functions_that_import() {
        let text = "def load():\n    import a\n\ndef setup():\n    load()\n\ndef idle(): pass\nclass C:\n    def m(self):\n        import b\nidle()\nif __name__ == '__main__':\n    setup()\n";
        let (facts, loading) = loading(text);
        let names: Vec<&str> = loading.functions.iter().map(|function| &*function.name).collect();
        assert_eq!(names, ["load", "setup"]);
        let calls: Vec<(&str, Scope, Scope, bool)> = loading
            .calls
            .iter()
            .map(|call| (&text[call.range.indices()], call.callee, call.place.scope, call.place.is_main))
            .collect();
        assert_eq!(calls, [("load", 1, 2, false), ("setup", 2, 0, true)]);
        let scopes: Vec<Scope> = (0..facts.imports.len()).map(|at| loading.place(at).map_or(0, |p| p.scope)).collect();
        assert_eq!(scopes, [1, UNCALLED]);
        assert_eq!(loading.scope_of("setup"), Some(2));
    }

    #[test]
    fn calls_of_what_is_imported_are_kept() {
        let text = "from app import create_app, other as o\nfrom x import *\nimport y\napp = create_app('x')\nif __name__ == '__main__':\n    sys.exit(o())\ny.f()\nprint(1)\ndef f():\n    create_app()\n";
        let (_, loading) = loading(text);
        let (_, hidden) = self::loading("def main():\n    from core import main\n    main()\nmain()\n");
        assert!(hidden.foreign.is_empty() && hidden.calls.len() == 1, "{hidden:?}");
        let calls: Vec<_> = loading
            .foreign
            .iter()
            .map(|call| (&text[call.range.indices()], &*call.name, call.import, call.place.is_main))
            .collect();
        assert_eq!(calls, [("create_app", "create_app", 0, false), ("o", "other", 0, true)]);
    }

    #[test]
    fn a_decorator_is_a_call() {
        let text = "def register(f):\n    import a\n    return f\n@register\ndef view(): pass\n";
        let (_, loading) = loading(text);
        assert_eq!(loading.calls.iter().map(|call| &text[call.range.indices()]).collect::<Vec<_>>(), ["register"]);
    }

    #[test]
    fn a_name_that_is_left_unbound_is_used() {
        let guarded = "try:\n    import redis as r\nexcept ImportError:\n    pass\n";
        let uses = |rest: &str| {
            let text = format!("{guarded}{rest}");
            let (_, loading) = loading(&text);
            loading.unbound.iter().map(|unbound| text[unbound.range.indices()].to_owned()).collect::<Vec<_>>()
        };
        for used in
            ["pool = r.Pool()\n", "class A(r.Base):\n    pass\n", "class A:\n    x = r.X\n", "@r.hook\ndef f(): pass\n"]
        {
            assert_eq!(uses(used), ["r"], "{used}");
        }
        for unused in [
            "",
            "def f():\n    r.x()\n",
            "if HAS:\n    r.x()\n",
            "x = HAS and r.x\n",
            "x = 'r'  # r\n",
            "f(r=1)\n",
            "x.r\n",
            "r = None\nr.x\n",
            "x = lambda: r\n",
        ] {
            assert!(uses(unused).is_empty(), "{unused}");
        }
        let handled = "try:\n    import redis\nexcept ImportError:\n    redis = None\nredis.x\n";
        assert!(loading(handled).1.unbound.is_empty());
    }
}
