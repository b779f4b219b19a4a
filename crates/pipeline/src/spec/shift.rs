//! Moves the places of a file's content to the file's offset among the files of a pipeline.

use std::ops::Range;

use toml::Spanned;

use super::{ConfigSpec, ExpectSpec, PluginSpec, Spec, StageSpec, TestSpec};

/// Something with places in a text.
trait Shift {
    /// Moves all places by `by` bytes.
    fn shift(&mut self, by: usize);
}

impl Shift for Range<usize> {
    fn shift(&mut self, by: usize) {
        *self = self.start + by..self.end + by;
    }
}

impl<T> Shift for Spanned<T>
where
    T: Default,
{
    fn shift(&mut self, by: usize) {
        let mut span = self.span();
        span.shift(by);
        *self = Spanned::new(span, std::mem::take(self.get_mut()));
    }
}

impl<T: Shift> Shift for Option<T> {
    fn shift(&mut self, by: usize) {
        if let Some(inner) = self {
            inner.shift(by);
        }
    }
}

impl Shift for PluginSpec {
    fn shift(&mut self, by: usize) {
        match self {
            PluginSpec::Id(id) => id.shift(by),
            PluginSpec::Path { path, id, .. } => {
                path.shift(by);
                id.shift(by);
            }
            PluginSpec::Isolated { plugin, .. } => plugin.shift(by),
        }
    }
}

impl Shift for ConfigSpec {
    fn shift(&mut self, by: usize) {
        self.span.shift(by);
        for place in self.places.values_mut() {
            place.key.shift(by);
            place.value.shift(by);
            place.from += by;
        }
    }
}

impl Shift for StageSpec {
    fn shift(&mut self, by: usize) {
        self.span.shift(by);
        self.id.shift(by);
        self.plugin.shift(by);
        self.config.shift(by);
        if let Some(anchor) = &mut self.anchor {
            anchor.id.shift(by);
        }
    }
}

impl Shift for TestSpec {
    fn shift(&mut self, by: usize) {
        self.name.shift(by);
        self.expect.iter_mut().for_each(|expect| expect.shift(by));
    }
}

impl Shift for ExpectSpec {
    fn shift(&mut self, by: usize) {
        self.layer.shift(by);
        for row in &mut self.rows {
            row.span.shift(by);
            for (key, value) in &mut row.cells {
                key.shift(by);
                value.shift(by);
            }
        }
    }
}

impl Spec {
    /// Moves all places by `by` bytes.
    pub fn shift(&mut self, by: usize) {
        self.extends.shift(by);
        self.remove.iter_mut().for_each(|id| id.shift(by));
        for (name, value) in &mut self.vars {
            name.shift(by);
            value.shift(by);
        }
        self.stages.iter_mut().for_each(|stage| stage.shift(by));
        self.tests.iter_mut().for_each(|test| test.shift(by));
    }
}
