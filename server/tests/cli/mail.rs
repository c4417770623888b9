//! Mails of the built program, and what its log says of them.

use std::{
    io::Write as _,
    net::TcpListener,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use testkit::{Engine, Mailbox, Manner, TestDatabase};

use crate::support::running::{Program, ask, send};

const EMAIL: &str = "boss@test.example";
const OLD: &str = "correct horse battery";
const NEW: &str = "another good sentence";

/// A database with one admin.
fn database(engine: Engine) -> Option<TestDatabase> {
    let database = tokio::runtime::Runtime::new().unwrap().block_on(TestDatabase::create(engine))?;
    assert!(Program::command(&database).arg("migrate").stdout(Stdio::null()).status().unwrap().success());
    let mut create = Program::command(&database);
    create.args(["admin", "create", "--email", EMAIL]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = create.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{OLD}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    Some(database)
}

/// A form, posted to its page.
fn post(program: &Program, page: &str, form: &str) -> (u16, String) {
    let head = format!("POST {page} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded");
    send(&program.address, &head, &form.replace(' ', "+").replace('@', "%40")).unwrap()
}

fn sign_in(program: &Program, password: &str) -> u16 {
    post(program, "/signin", &format!("__action=sign_in&email={EMAIL}&password={password}")).0
}

/// The whole answer to somebody who asks for a link, but for its time.
fn request_reset(program: &Program, email: &str) -> String {
    let (status, answer) = post(program, "/reset", &format!("__action=request_reset&email={email}"));
    assert_eq!(status, 303, "{answer}");
    answer.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect::<Vec<_>>().join("\n")
}

fn assert_not_in(log: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(secret.len() >= 8, "that would be found by chance");
        let leak = log.lines().find(|line| line.contains(secret)).map(|line| line.replace(secret, "…"));
        assert_eq!(leak, None, "a secret is in the log");
    }
}

/// Whoever runs the program is told.
fn wait_for_line(program: &Program, text: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while !program.output.lock().unwrap().contains(text) {
        assert!(Instant::now() < until, "the log does not say that: {}", program.output.lock().unwrap());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_mailed_link_sets_the_password_and_the_log_tells_no_secret() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = database(engine) else { continue };
        let mailbox = Mailbox::open();
        let program = Program::start_with(&database, "trace", &[("SMTP_URL", &mailbox.url())]);
        let unknown = request_reset(&program, "nobody@test.example");
        assert_eq!(request_reset(&program, EMAIL), unknown, "known and unknown emails are answered alike");

        let address = mailbox.take(EMAIL).address("/reset?token=");
        let page = address.strip_prefix(&format!("http://{}", program.address)).unwrap();
        let token = page.strip_prefix("/reset?token=").unwrap();
        let (status, html) = ask(&program.address, "GET", page).unwrap();
        assert!(status == 200 && html.contains(token), "{html}");

        let form = format!("__action=reset_password&token={token}&new_password={NEW}");
        let (status, answer) = post(&program, page, &form);
        assert!(status == 303 && answer.contains("/admin"), "{answer}");
        let cookie = answer.split("session=").nth(1).unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(post(&program, page, &form).0, 400, "the link works once");
        assert_eq!((sign_in(&program, OLD), sign_in(&program, NEW)), (401, 303));
        assert_eq!(mailbox.count(), 0, "nobody else got a mail");

        let log = program.stop();
        assert!(log.contains("stopping"), "the log is on: {log}");
        let encoded = NEW.replace(' ', "+");
        assert_not_in(&log, &[token, cookie.as_str(), OLD, NEW, encoded.as_str()]);
    }
}

#[test]
fn a_mail_server_that_is_down_changes_no_answer_and_its_password_is_not_logged() {
    let database = database(Engine::Sqlite).unwrap();
    // A port that nobody listens on: it was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("smtp://robot:canary-password@127.0.0.1:{port}");
    let program = Program::start_with(&database, "trace", &[("SMTP_URL", &url)]);
    assert_eq!(request_reset(&program, EMAIL), request_reset(&program, "nobody@test.example"));

    wait_for_line(&program, "could not be sent");
    assert_eq!(sign_in(&program, OLD), 303, "everything else goes on");
    assert_not_in(&program.stop(), &["canary-password", "/reset?token=", OLD]);
}

/// A password of the characters that have a meaning in an address, and what `AUTH PLAIN` makes of it.
const SMTP_PASSWORD: &str = "c@nary/pass#word?";
const SMTP_PASSWORD_ENCODED: &str = "c%40nary%2Fpass%23word%3F";
const SMTP_AUTH: &str = "AHJvYm90AGNAbmFyeS9wYXNzI3dvcmQ/";

#[test]
fn mails_arrive_to_the_letter_at_a_server_that_wants_a_password() {
    let database = database(Engine::Sqlite).unwrap();
    let mailbox = Mailbox::open_as(Manner::Locked(SMTP_AUTH));
    let url = mailbox.url_of("robot", SMTP_PASSWORD_ENCODED);
    // So long that it is broken into lines, which then begin with the dots that end a mail.
    let site_name = format!("Süd{}", ".".repeat(90));
    let settings = [("SMTP_URL", url.as_str()), ("SITE_NAME", site_name.as_str())];
    let program = Program::start_with(&database, "trace", &settings);
    let base = format!("http://{}", program.address);

    let form = format!("__action=sign_up&role=partner&name=Boss&email={EMAIL}&password={NEW}");
    assert_eq!(post(&program, "/signup", &form).0, 303);
    let mail = mailbox.take(EMAIL);
    // Blank lines at its end are the transport's.
    assert_eq!(
        mail.body.trim_end(),
        format!(
            "Somebody tried to make an account at {site_name} with this address, which has one already.\n\
             If that was you, sign in at {base}/signin or ask for a new password at {base}/reset."
        )
    );
    request_reset(&program, EMAIL);
    let reset = mailbox.take(EMAIL);
    let link = reset.address("/reset?token=");
    assert!(reset.body.starts_with(&format!("Set a new password for {site_name} within the next hour:\n\n{link}\n\n")));

    for mail in [&mail, &reset] {
        let ends = mail.raw.matches("\r\n").count();
        assert_eq!((mail.raw.matches('\n').count(), mail.raw.matches('\r').count()), (ends, ends), "{}", mail.raw);
        assert!(mail.raw.lines().all(|line| line.len() <= 998) && mail.head.is_ascii(), "{}", mail.raw);
        for header in ["From: =?utf-8?b?U8O8", "<no-reply@127.0.0.1>", "Date: ", "Message-ID: <", "@127.0.0.1>"] {
            assert!(mail.head.contains(header), "{header} is not in {}", mail.head);
        }
    }
    let log = program.stop();
    let place = mailbox.url().replace("smtp://", "mails go to ");
    assert!(log.contains(&place) && log.contains("not encrypted"), "{log}");
    assert_not_in(&log, &[SMTP_PASSWORD, SMTP_PASSWORD_ENCODED, SMTP_AUTH, "/reset?token="]);
}

#[test]
fn a_mail_server_that_refuses_or_is_silent_keeps_nobody_waiting() {
    for manner in [Manner::Refusing, Manner::Locked("another"), Manner::Silent] {
        let database = database(Engine::Sqlite).unwrap();
        let mailbox = Mailbox::open_as(manner);
        let url = mailbox.url_of("robot", SMTP_PASSWORD_ENCODED);
        let program = Program::start_with(&database, "trace", &[("SMTP_URL", url.as_str())]);
        let asked = Instant::now();
        assert_eq!(request_reset(&program, EMAIL), request_reset(&program, "nobody@test.example"));
        assert!(asked.elapsed() < Duration::from_secs(5), "{manner:?}: {:?}", asked.elapsed());
        if manner != Manner::Silent {
            wait_for_line(&program, "could not be sent");
        }
        assert_eq!(mailbox.count(), 0);
        assert_not_in(&program.stop(), &[SMTP_PASSWORD, SMTP_PASSWORD_ENCODED, SMTP_AUTH, "/reset?token="]);
    }
}
