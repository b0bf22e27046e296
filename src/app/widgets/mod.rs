//! What every station draws with.

mod bars;
mod button;
mod card;
mod chip;
mod heat;
mod icons;
mod progress;
mod say;
mod slider;
mod stepper;
mod switch;
mod text;

pub use bars::{bar, legend, sparkline};
pub use button::{Kind as ButtonKind, button, icon_button, segmented, tabs, title_and_tabs};
pub use card::{Kind as CardKind, card};
pub use chip::{Chip, Edge, State as ChipState, chip_at, chip_width};
pub use heat::{Cells, add_cell, cell_at};
pub use icons::{Icon, paint_icon};
pub use progress::{Texts as ProgressTexts, WORTH_A_BAR, progress};
pub use say::{focus_ring, named};
pub use slider::{SLIDER_HEIGHT, Slider, slider};
pub use stepper::{STEPPER, stepper};
pub use switch::{switch, switch_at};
pub use text::{drawable, paragraph, put, put_within, scaled_paragraph, width};
