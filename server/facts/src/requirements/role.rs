//! What a requirement is for.

use super::Group;
use crate::words::names::FilePath;
use crate::words::roles::{Role, is_group_for_development, role_of};

/// What a requirement is for: by its file's name in a requirements file, else by the table that it stands in.
pub fn role_of_requirement(path: &FilePath, group: &Group) -> Role {
    match group {
        Group::File => role_of(path),
        Group::Runtime => Role::Runtime,
        Group::Build | Group::Constraint => Role::Development,
        // a group called after what it brings (`boto3`, `prod`) may well be installed where the application runs
        Group::Extra(name) | Group::Development(name) => {
            if is_group_for_development(name) {
                Role::Development
            } else {
                Role::Runtime
            }
        }
    }
}
