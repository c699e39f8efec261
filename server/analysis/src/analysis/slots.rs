//! Room for what layers remember, whose types need not be known here.

use super::inputs::{Inputs, Remembered};
use std::any::Any;
use std::cell::OnceCell;
use std::fmt;

/// One value of each type that was ever queried; it begins as the type's default.
#[derive(Default)]
pub(super) struct Slots {
    first: OnceCell<Box<Slot>>,
}

/// A link of the list; there are as many as types, a handful.
struct Slot {
    value: Box<dyn Any + Send>,
    /// Makes the value its type's default, where one of these inputs is among its own.
    forget: fn(&mut Box<dyn Any + Send>, Inputs),
    next: OnceCell<Box<Self>>,
}

impl Slots {
    /// The value of the type.
    pub fn get<T: Remembered>(&self) -> &T {
        let mut cell = &self.first;
        loop {
            let slot = cell.get_or_init(|| Box::new(Slot::new::<T>()));
            match slot.value.downcast_ref() {
                Some(value) => return value,
                None => cell = &slot.next,
            }
        }
    }

    /// The value of the type, to be changed.
    pub fn get_mut<T: Remembered>(&mut self) -> &mut T {
        self.get::<T>();
        let mut cell = &mut self.first;
        while cell.get().is_some_and(|slot| !slot.value.is::<T>()) {
            cell = &mut cell.get_mut().expect("it was looked at").next;
        }
        let slot = cell.get_mut().expect("get has made it");
        slot.value.downcast_mut().expect("it is of the type")
    }

    /// Forgets every value that is made of one of the inputs.
    pub fn forget(&mut self, differs: Inputs) {
        let mut cell = &mut self.first;
        while let Some(slot) = cell.get_mut() {
            (slot.forget)(&mut slot.value, differs);
            cell = &mut slot.next;
        }
    }
}

impl Slot {
    fn new<T: Remembered>() -> Self {
        Self { value: Box::new(T::default()), forget: forget::<T>, next: OnceCell::new() }
    }
}

fn forget<T: Remembered>(value: &mut Box<dyn Any + Send>, differs: Inputs) {
    if differs.has_any_of(std::any::type_name::<T>(), T::INPUTS) {
        *value = Box::new(T::default());
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Slots")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Input;

    #[derive(Debug, Default, PartialEq)]
    struct OfCode(u8);
    #[derive(Debug, Default, PartialEq)]
    struct OfTexts(Vec<u8>);

    impl Remembered for OfCode {
        const INPUTS: &'static [Input] = &[Input::Code, Input::Structure];
    }

    impl Remembered for OfTexts {
        const INPUTS: &'static [Input] = &[Input::Texts];
    }

    #[test]
    fn each_type_has_its_own_and_is_forgotten_by_its_own_inputs() {
        let mut slots = Slots::default();
        slots.get_mut::<OfCode>().0 += 3;
        *slots.get_mut::<OfTexts>() = OfTexts(vec![1]);
        assert_eq!((slots.get::<OfCode>(), slots.get::<OfTexts>()), (&OfCode(3), &OfTexts(vec![1])));
        let mut differs = Inputs::default();
        differs.add(Input::Mentions, true);
        differs.add(Input::Code, false);
        slots.forget(differs);
        assert_eq!((slots.get::<OfCode>(), slots.get::<OfTexts>()), (&OfCode(3), &OfTexts(vec![1])));
        differs.add(Input::Code, true);
        slots.forget(differs);
        assert_eq!((slots.get::<OfCode>(), slots.get::<OfTexts>()), (&OfCode(0), &OfTexts(vec![1])));
    }
}
