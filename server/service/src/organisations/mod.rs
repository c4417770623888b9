//! Partners and affiliates: their keys, and whether they are suspended.

mod api_keys;
mod creation;
mod suspension;
