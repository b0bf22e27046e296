//! egui's own widgets (fields, menus, scroll bars, tooltips) in our colours.

use super::{Palette, Type};
use egui::style::{ScrollStyle, Selection, WidgetVisuals};
use egui::{Color32, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Theme, vec2};

/// Dresses both themes.
pub fn apply_style(ctx: &egui::Context) {
    for (theme, palette) in [(Theme::Dark, &super::DARK), (Theme::Light, &super::LIGHT)] {
        ctx.style_mut_of(theme, |style| dress(style, palette));
    }
}

fn dress(style: &mut Style, colours: &Palette) {
    style.text_styles = [
        (TextStyle::Heading, Type::Title.font()),
        (TextStyle::Body, Type::Body.font()),
        (TextStyle::Button, Type::Label.font()),
        (TextStyle::Small, Type::Small.font()),
        (TextStyle::Monospace, Type::Number.font()),
    ]
    .into();
    style.animation_time = 0.12;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 8.0);
    spacing.button_padding = vec2(12.0, 6.0);
    spacing.menu_margin = Margin::same(6);
    spacing.interact_size.y = 32.0;
    spacing.scroll = ScrollStyle { bar_width: 6.0, ..ScrollStyle::floating() };

    let visuals = &mut style.visuals;
    // Light words on a dark ground look heavier than they are; egui would thicken them further.
    let curve = egui::epaint::FontColorTransferFunction::Gamma(0.85);
    if visuals.dark_mode {
        visuals.text_options.color_transfer_function = curve;
    }
    visuals.panel_fill = colours.panel;
    visuals.window_fill = colours.raised;
    visuals.window_stroke = Stroke::new(1.0, colours.line1);
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(10);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.extreme_bg_color = colours.panel;
    visuals.faint_bg_color = colours.panel;
    visuals.text_edit_bg_color = Some(colours.panel);
    visuals.code_bg_color = colours.raised;
    visuals.hyperlink_color = colours.text1;
    visuals.warn_fg_color = colours.text1;
    visuals.error_fg_color = colours.text1;
    visuals.selection =
        Selection { bg_fill: colours.press, stroke: Stroke::new(1.0, colours.text1) };
    visuals.text_cursor.stroke = Stroke::new(1.5, colours.text1);
    let widget = |ground: Color32, line: Color32, text: Color32| WidgetVisuals {
        bg_fill: ground,
        weak_bg_fill: ground,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(8),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(colours.panel, colours.line0, colours.text1);
    visuals.widgets.inactive = widget(Color32::TRANSPARENT, colours.line1, colours.text1);
    visuals.widgets.hovered = widget(colours.hover, colours.line2, colours.text1);
    visuals.widgets.active = widget(colours.press, colours.line2, colours.text1);
    visuals.widgets.open = widget(colours.hover, colours.line1, colours.text1);
}
