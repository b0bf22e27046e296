//! `glassbox` without a command: the window.

use crate::Result;
use crate::app::{Renderer, Settings, WindowOptions, open_window};
use crate::session::step_back;
use crate::tensor::Threads;

/// A renderer as it is named on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum RendererName {
    /// OpenGL, and wgpu where that cannot start
    Auto,
    /// OpenGL
    Glow,
    /// Vulkan, Metal, DirectX
    Wgpu,
}

impl From<RendererName> for Renderer {
    fn from(name: RendererName) -> Self {
        match name {
            RendererName::Auto => Self::Auto,
            RendererName::Glow => Self::Glow,
            RendererName::Wgpu => Self::Wgpu,
        }
    }
}

/// Opens the window with the settings of the last time; so many `threads` compute behind it.
pub(super) fn open(renderer: RendererName, threads: usize) -> Result<()> {
    let settings = Settings::place();
    let threads = Threads::prepared(threads, step_back);
    open_window(&WindowOptions { renderer: renderer.into(), threads, settings, shot: None })
}
