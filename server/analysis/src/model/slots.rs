//! Room in the model for what the layers above remember of it, whose types it need not know.

use std::any::Any;
use std::cell::OnceCell;
use std::fmt;

/// One value of each type that was ever asked for; it begins as the type's default.
#[derive(Default)]
pub(crate) struct Slots {
    first: OnceCell<Box<Slot>>,
}

/// A link of the list; there are as many as types, a handful.
struct Slot {
    value: Box<dyn Any + Send>,
    next: OnceCell<Box<Self>>,
}

impl Slots {
    /// The value of the type.
    pub(crate) fn get<T: Any + Default + Send>(&self) -> &T {
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
    pub(crate) fn get_mut<T: Any + Default + Send>(&mut self) -> &mut T {
        self.get::<T>();
        let mut cell = &mut self.first;
        while cell.get().is_some_and(|slot| !slot.value.is::<T>()) {
            cell = &mut cell.get_mut().expect("it was looked at").next;
        }
        let slot = cell.get_mut().expect("get has made it");
        slot.value.downcast_mut().expect("it is of the type")
    }
}

impl Slot {
    fn new<T: Any + Default + Send>() -> Self {
        Self { value: Box::new(T::default()), next: OnceCell::new() }
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

    #[test]
    fn each_type_has_its_own() {
        let mut slots = Slots::default();
        *slots.get_mut::<u8>() = 3;
        *slots.get_mut::<Vec<u8>>() = vec![1];
        *slots.get_mut::<u8>() += 1;
        assert_eq!((*slots.get::<u8>(), slots.get::<Vec<u8>>().as_slice(), *slots.get::<i64>()), (4, &[1][..], 0));
    }
}
