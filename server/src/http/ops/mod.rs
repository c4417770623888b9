//! For operators: health for load balancers, metrics for monitoring.

pub(crate) mod health;
pub(crate) mod metrics;
