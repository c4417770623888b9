//! Where a client is, for counting.

use std::net::IpAddr;

/// An IPv4 address, or the /64 of an IPv6 one: a client that has one of its addresses has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl ClientNetwork {
    /// That of an address; an IPv4 address that is written as an IPv6 one is an IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (u128::MAX << 64)).into()),
            address @ IpAddr::V4(_) => address,
        })
    }
}
