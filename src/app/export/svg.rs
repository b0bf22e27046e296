//! A screen as SVG: every shape that was painted, as what it is.

use egui::epaint::{ClippedShape, ColorMode, PathShape, RectShape, TextShape};
use egui::{Color32, FontFamily, Mesh, Pos2, Rect, Shape, Stroke, TextureId};
use std::fmt::Write as _;

/// The shapes that lie in `area`, on a ground. Textures, which are made of points, are left out.
pub fn svg<'a>(
    shapes: impl Iterator<Item = &'a ClippedShape>,
    area: Rect,
    ground: Color32,
) -> String {
    let mut out = Out { text: String::new(), offset: area.min, clips: 0 };
    let (width, height) = (area.width(), area.height());
    let _ = writeln!(
        out.text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    );
    let _ = writeln!(out.text, "<rect width=\"100%\" height=\"100%\"{}/>", fill(ground));
    for ClippedShape { clip_rect, shape, .. } in shapes {
        let visible = clip_rect.intersect(area);
        let inside = shape.visual_bounding_rect();
        if visible.is_positive() && (inside.intersects(visible) || !inside.is_finite()) {
            let cuts = !visible.contains_rect(inside);
            if cuts {
                out.open_clip(visible);
            }
            out.shape(shape);
            if cuts {
                out.text.push_str("</g>\n");
            }
        }
    }
    out.text.push_str("</svg>\n");
    out.text
}

struct Out {
    text: String,
    /// The corner of what is drawn.
    offset: Pos2,
    clips: usize,
}

impl Out {
    /// A coordinate, with as many digits as can be seen.
    fn at(&self, point: Pos2) -> (f32, f32) {
        let round = |x: f32| (x * 100.0).round() / 100.0;
        (round(point.x - self.offset.x), round(point.y - self.offset.y))
    }

    fn open_clip(&mut self, rect: Rect) {
        self.clips += 1;
        let ((x, y), id) = (self.at(rect.min), self.clips);
        let (width, height) = (rect.width(), rect.height());
        let _ = writeln!(
            self.text,
            "<clipPath id=\"c{id}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath><g clip-path=\"url(#c{id})\">"
        );
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(circle) => {
                let (x, y) = self.at(circle.center);
                let paint = fill(circle.fill) + &stroke(circle.stroke);
                let _ = writeln!(
                    self.text,
                    "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\"{paint}/>",
                    circle.radius
                );
            }
            Shape::LineSegment { points, stroke: line } => {
                self.path(points, false, &(fill(Color32::TRANSPARENT) + &stroke(*line)));
            }
            Shape::Path(path) => self.path_shape(path),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.words(text),
            Shape::Mesh(mesh) => self.mesh(mesh),
            // Nothing of ours is painted with these.
            Shape::Noop
            | Shape::Ellipse(_)
            | Shape::Band(_)
            | Shape::QuadraticBezier(_)
            | Shape::CubicBezier(_)
            | Shape::Callback(_) => {}
        }
    }

    fn path_shape(&mut self, path: &PathShape) {
        let colour = match path.stroke.color {
            ColorMode::Solid(colour) => colour,
            ColorMode::UV(_) => Color32::TRANSPARENT,
        };
        let paint = fill(path.fill) + &stroke(Stroke::new(path.stroke.width, colour));
        self.path(&path.points, path.closed, &paint);
    }

    fn path(&mut self, points: &[Pos2], closed: bool, paint: &str) {
        if points.is_empty() {
            return;
        }
        self.text.push_str("<path d=\"");
        for (i, point) in points.iter().enumerate() {
            let (x, y) = self.at(*point);
            let _ = write!(self.text, "{}{x} {y}", if i == 0 { 'M' } else { 'L' });
        }
        let _ = writeln!(self.text, "{}\"{paint}/>", if closed { "Z" } else { "" });
    }

    fn rect(&mut self, shape: &RectShape) {
        if shape.brush.is_some() {
            return;
        }
        let ((x, y), size) = (self.at(shape.rect.min), shape.rect.size());
        let corner = shape.corner_radius.average();
        let paint = fill(shape.fill) + &stroke(shape.stroke);
        let _ = writeln!(
            self.text,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"{corner}\"{paint}/>",
            size.x, size.y
        );
    }

    /// Each row of a text, by the format of its first letter.
    fn words(&mut self, shape: &TextShape) {
        let galley = &shape.galley;
        for row in &galley.rows {
            let text: String = row.row.glyphs.iter().map(|glyph| glyph.chr).collect();
            let Some(first) = row.row.glyphs.first().filter(|_| !text.trim().is_empty()) else {
                continue;
            };
            let Some(section) = galley.job.sections.first() else { continue };
            let format = &section.format;
            let at = shape.pos + row.pos.to_vec2() + first.pos.to_vec2();
            let (x, y) = self.at(at);
            let colour = match (shape.override_text_color, format.color) {
                (Some(colour), _) => colour,
                (None, Color32::PLACEHOLDER) => shape.fallback_color,
                (None, colour) => colour,
            };
            let turn = if shape.angle == 0.0 {
                String::new()
            } else {
                let (px, py) = self.at(shape.pos);
                format!(" transform=\"rotate({} {px} {py})\"", shape.angle.to_degrees())
            };
            let length = row.row.size.x;
            let _ = writeln!(
                self.text,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" textLength=\"{length}\" xml:space=\"preserve\"{}{}{turn}>{}</text>",
                format.font_id.size,
                family(&format.font_id.family),
                fill(colour),
                escaped(&text)
            );
        }
    }

    /// Triangles, each in the mean of its corners' colours; neighbours of one colour as one path.
    fn mesh(&mut self, mesh: &Mesh) {
        if mesh.texture_id != TextureId::default() {
            return;
        }
        let mut last: Option<Color32> = None;
        for triangle in mesh.indices.chunks_exact(3) {
            let corners = [0, 1, 2].map(|i| mesh.vertices[triangle[i] as usize]);
            let mean = |channel: fn(Color32) -> u8| {
                (corners.iter().map(|corner| u32::from(channel(corner.color))).sum::<u32>() / 3)
                    as u8
            };
            let colour = Color32::from_rgba_premultiplied(
                mean(|c| c.r()),
                mean(|c| c.g()),
                mean(|c| c.b()),
                mean(|c| c.a()),
            );
            if colour.a() == 0 {
                continue;
            }
            if last != Some(colour) {
                if last.is_some() {
                    self.text.push_str("\"/>\n");
                }
                let _ = write!(self.text, "<path{} d=\"", fill(colour));
                last = Some(colour);
            }
            let [a, b, c] = corners.map(|corner| self.at(corner.pos));
            let _ = write!(self.text, "M{} {}L{} {}L{} {}Z", a.0, a.1, b.0, b.1, c.0, c.1);
        }
        if last.is_some() {
            self.text.push_str("\"/>\n");
        }
    }
}

fn fill(colour: Color32) -> String {
    if colour.a() == 0 {
        return " fill=\"none\"".into();
    }
    format!(" fill=\"{}\"{}", hex(colour), opacity("fill", colour))
}

fn stroke(stroke: Stroke) -> String {
    if stroke.width <= 0.0 || stroke.color.a() == 0 {
        return String::new();
    }
    let Stroke { width, color } = stroke;
    format!(" stroke=\"{}\" stroke-width=\"{width}\"{}", hex(color), opacity("stroke", color))
}

fn hex(colour: Color32) -> String {
    let [r, g, b, _] = colour.to_srgba_unmultiplied();
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn opacity(what: &str, colour: Color32) -> String {
    if colour.a() == 255 {
        return String::new();
    }
    format!(" {what}-opacity=\"{:.3}\"", f32::from(colour.a()) / 255.0)
}

fn family(family: &FontFamily) -> String {
    let name = family.to_string();
    let (font, weight) = match name.as_str() {
        name if name.to_lowercase().contains("mono") => ("JetBrains Mono, monospace", name),
        name => ("Inter, Noto Sans SC, sans-serif", name),
    };
    let weight = match weight.to_lowercase() {
        weight if weight.contains("semi") => 600,
        weight if weight.contains("medium") => 500,
        _ => 400,
    };
    format!(" font-family=\"{font}\" font-weight=\"{weight}\"")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn shapes_become_elements_where_they_stand_and_what_is_outside_is_left_out() {
        let area = Rect::from_min_size(pos2(100.0, 50.0), vec2(200.0, 100.0));
        let clipped = |shape| ClippedShape {
            clip_rect: Rect::EVERYTHING,
            shape,
            transform_after_tessellation: Default::default(),
        };
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_size(pos2(110.0, 60.0), vec2(5.0, 5.0)), Color32::RED);
        let shapes = [
            clipped(Shape::circle_filled(pos2(150.0, 80.0), 4.0, Color32::from_rgb(1, 2, 3))),
            clipped(Shape::line_segment(
                [pos2(100.0, 50.0), pos2(120.0, 60.0)],
                Stroke::new(2.0, Color32::WHITE),
            )),
            clipped(Shape::mesh(mesh)),
            clipped(Shape::circle_filled(pos2(900.0, 80.0), 4.0, Color32::BLUE)),
        ];
        let text = svg(shapes.iter(), area, Color32::BLACK);
        assert!(text.starts_with("<svg") && text.ends_with("</svg>\n"));
        assert!(text.contains("<circle cx=\"50\" cy=\"30\" r=\"4\" fill=\"#010203\"/>"), "{text}");
        assert!(text.contains("M0 0L20 10\" fill=\"none\" stroke=\"#ffffff\" stroke-width=\"2\""));
        assert!(text.contains("fill=\"#ff0000\" d=\"M10 10"), "{text}");
        assert!(!text.contains("#0000ff"), "what is outside is left out");
        assert_eq!(text.matches("<path").count(), 2, "a mesh of one colour is one path");
        assert_eq!(text.matches('<').count(), text.matches('>').count());
    }
}
