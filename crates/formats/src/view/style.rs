//! Colours of the reading view.

use anstyle::{AnsiColor, Color, Style};
use copydesk_text::EntityLabel;

pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const QUOTE: Style = Style::new().italic().fg_color(Some(Color::Ansi(AnsiColor::Green)));
pub(super) const ERROR: Style = Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Red)));
pub(super) const FAVOURABLE: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
pub(super) const UNFAVOURABLE: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red)));

/// A name of this label.
pub(super) fn name_style(label: &str) -> Style {
    let color = match EntityLabel::of(label) {
        Some(EntityLabel::Person) => AnsiColor::Cyan,
        Some(EntityLabel::Org) => AnsiColor::Yellow,
        Some(EntityLabel::Gpe | EntityLabel::Loc | EntityLabel::Fac) => AnsiColor::Blue,
        Some(EntityLabel::Norp) => AnsiColor::Magenta,
        _ => return BOLD,
    };
    BOLD.fg_color(Some(color.into()))
}
