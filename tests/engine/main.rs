//! The engine and its files, without a window: gradients, parity with the field's own tools, what holds for every model.

mod cached_inference;
mod causes_parity;
mod common;
mod decode_parity;
mod gradients;
mod lora;
mod model_properties;
mod pytorch_parity;
mod rating_sheets;
mod shipped_models;
mod store_bad_input;
mod taps;
mod text_files;
mod text_parity;
mod training_parity;
mod transformers_beams;
mod transformers_generate;
