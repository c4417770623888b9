//! Partners and affiliates: what they say of themselves, their keys, and whether they are suspended.

mod affiliates;
mod api_keys;
mod creation;
mod profiles;
mod suspension;
