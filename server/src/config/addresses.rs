//! Addresses in settings: where it listens, where people find it, and those that hold a password.

use std::net::SocketAddr;

use domain::Destination;

pub(super) fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "wanted an address with a port such as 127.0.0.1:3000".to_owned())
}

/// An http or https address of a whole host, in lower case and without a slash at its end. Cookies, the paths of pages
/// and the files of the browser all begin at the host's root, so an address with a path would not work.
pub(super) fn parse_base(text: &str) -> Result<String, String> {
    const EXAMPLE: &str = "wanted an address such as https://network.example";
    let text = text.trim().trim_end_matches('/');
    let destination = Destination::parse(text).map_err(|_| EXAMPLE.to_owned())?;
    if destination.as_str() != text || text.contains(['?', '#']) {
        return Err(EXAMPLE.to_owned());
    }
    if text.split_once("://").is_some_and(|(_, rest)| rest.contains('/')) {
        return Err(format!("has a path, but it needs a host of its own: {EXAMPLE}"));
    }
    if ["0.0.0.0", "[::]"].contains(&destination.host().as_str()) {
        return Err(format!("nobody can open {}: {EXAMPLE}", destination.host()));
    }
    Ok(text.to_ascii_lowercase())
}

/// The program's own address for a browser beside it: one that only stands for "every address of this machine" can't be
/// opened.
pub(super) fn local_base(address: SocketAddr) -> String {
    if address.ip().to_canonical().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

/// Refuses an address whose password was not percent-encoded, so that a `#`, `/` or `?` in it ends the host. The text is
/// not repeated: it holds the password.
pub(super) fn check_password(setting: &str, url: &str) -> Result<(), String> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let Some(at) = tail.find('@') else { return Ok(()) };
    // An `@` in a query, such as `?application_name=me@home`, is no sign of a password.
    let is_in_query = tail.find('=').is_some_and(|sign| sign < at);
    let has_port = || authority.rsplit_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    if is_in_query && (authority.contains('@') || has_port()) {
        return Ok(());
    }
    Err(format!("{setting}: percent-encode the password: @ is %40, # is %23, / is %2F, ? is %3F and % is %25"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_needs_a_host_of_its_own() {
        for (given, kept) in [
            ("https://network.example", "https://network.example"),
            (" https://network.example/ ", "https://network.example"),
            ("HTTPS://Network.Example:8443", "https://network.example:8443"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(parse_base(given).as_deref(), Ok(kept));
        }
        for (given, why) in [
            ("https://network.example/affiliates", "has a path"),
            ("https://network.example/a/", "has a path"),
            ("http://0.0.0.0:3000", "nobody can open 0.0.0.0"),
            ("http://0:3000", "nobody can open 0.0.0.0"),
            ("http://[::]:3000", "nobody can open [::]"),
            ("network.example", "https://network.example"),
            ("https://network.example?a", "https://network.example"),
            ("https://user@network.example", "https://network.example"),
        ] {
            assert!(parse_base(given).is_err_and(|error| error.contains(why)), "{given}");
        }
    }

    #[test]
    fn no_link_leads_to_every_address() {
        for (address, base) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
            ("0.0.0.0:3000", "http://localhost:3000"),
            ("[::]:3000", "http://localhost:3000"),
            ("[::ffff:0.0.0.0]:3000", "http://localhost:3000"),
        ] {
            assert_eq!(local_base(address.parse().unwrap()), base);
        }
    }

    #[test]
    fn a_password_that_is_not_encoded_is_found_and_not_repeated() {
        for password in ["ab/canary", "ab#canary", "ab?canary", "ab/c=canary", "a@b/canary", "12/canary", "12#canary"] {
            for url in
                [format!("postgres://something:{password}@db.example/something"), format!("smtps://u:{password}@h")]
            {
                let error = check_password("SMTP_URL", &url).unwrap_err();
                assert!(error.contains("percent-encode the password") && !error.contains("canary"), "{url}: {error}");
            }
        }
        for url in [
            "postgres://something@db.example/something",
            "postgres://something:a%2Fb%40c@db.example:5432/something?sslmode=require",
            "postgres://something:secret@db.example/something?application_name=me@home",
            "postgres://db.example:5432/something?user=me@home",
            "postgres://postgres@%2Ftmp%2Fsocket/test",
            // Here the last @ is the one that counts.
            "smtps://user:a@b@mail.example:465",
            "smtp://user@mail.example:secret@mail.example:587?tls=required",
            "sqlite://data/something.db",
        ] {
            assert_eq!(check_password("DATABASE_URL", url), Ok(()), "{url}");
        }
    }
}
