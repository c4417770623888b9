//! What requests pass through on their way.

mod identity;
mod limits;
mod origin;
mod protection;
mod request_id;
mod scripts;

pub(crate) use identity::identify;
pub(crate) use limits::{buffer_body, exceeded_limit, limit_head, refusal, refuse_head, status_of};
pub(crate) use origin::{check_origin, opened_elsewhere, same_origin, warn_of_wrong_address};
pub(crate) use protection::{NOTHING_RUNS, csp_with_nonce, protect, protect_machine_answer};
pub(crate) use request_id::RequestId;
pub(crate) use scripts::{is_from_script, refused_in_json};
