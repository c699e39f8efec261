//! Codes, severities and how sure fixes are, as JSON has them: by their names.

/// A code.
pub mod code {
    use pinlens_facts::words::codes::Code;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde hands out references
    pub fn serialize<S: Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(code.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        let name = String::deserialize(deserializer)?;
        Code::parse(&name).ok_or_else(|| D::Error::custom(format!("there is no code {name}")))
    }
}

/// A severity.
pub mod severity {
    use pinlens_facts::words::codes::Severity;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde hands out references
    pub fn serialize<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(severity.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Severity, D::Error> {
        let name = String::deserialize(deserializer)?;
        let all = [Severity::Hint, Severity::Info, Severity::Warning, Severity::Error];
        let found = all.into_iter().find(|severity| severity.as_str() == name);
        found.ok_or_else(|| D::Error::custom(format!("there is no severity {name}")))
    }
}

/// How sure a fix is.
pub mod applicability {
    use pinlens_analysis::fixes::Applicability;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer};
    use std::borrow::Cow;

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, str>, D::Error> {
        let name = String::deserialize(deserializer)?;
        let all = [Applicability::Safe, Applicability::Unsafe, Applicability::Manual].map(Applicability::as_str);
        let found = all.into_iter().find(|known| *known == name);
        found.map(Cow::Borrowed).ok_or_else(|| D::Error::custom(format!("a fix is not {name}")))
    }
}
