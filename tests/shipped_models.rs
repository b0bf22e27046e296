//! The models inside the program are what they are said to be.

use glassbox::session::{open_model, shipped_models};
use std::path::Path;

#[test]
fn base_and_chat_models_have_their_shape_and_say_where_they_come_from() {
    for name in shipped_models().filter(|name| name.contains('-')) {
        let opened = open_model(Path::new(name)).expect("a shipped model");
        let config = &opened.parameters.config;
        assert!(config.layers >= 4 && config.heads >= 4 && config.context == 256, "{name}");
        assert!((1_000_000..=3_000_000).contains(&config.parameter_count()), "{name}");
        let made = opened.provenance.as_ref().expect("a provenance");
        assert!(made.steps > 0 && made.preset == name, "{name}: {}", made.preset);
        let parent = name.strip_prefix("chat").map(|language| format!("base{language}"));
        assert_eq!(made.parent, parent, "{name}");
    }
}
