//! "The API key never reaches a log, an error text or a metric, in any encoding."

use testkit::{Engine, TestDatabase};

use crate::support::running::{Demo, Program, ask, send};

#[test]
fn a_canary_key_sent_through_every_path_is_in_no_log_at_any_level() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = runtime.block_on(TestDatabase::create(engine)) else { continue };
        let Demo { slug, key, network } = Demo::fill(&database);
        let format = if engine == Engine::Sqlite { "text" } else { "json" };
        let settings = [("LOG_FORMAT", format), ("TRUSTED_PROXIES", "127.0.0.1")];
        let program = Program::start_with(&database, "trace", &settings);
        let at = program.address.clone();
        let secret = key.strip_prefix("sp_live_").unwrap().to_owned();

        let (_, redirect) = ask(&at, "GET", &format!("/t/{slug}?api_key={key}")).unwrap();
        let click = redirect.split("click_id=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let mut statuses = Vec::new();
        for target in [
            format!("/api/postback?api_key={key}&click_id={click}"),
            format!("/api/postback?api_key={key}&click_id={click}&amount={key}"),
            format!("/api/postback?api_key={key}&click_id={key}"),
            format!("/api/postback?api_key={key}"),
            format!("/api/postback?api_key={key}x&click_id={click}"),
            format!("/api/postback/{key}"),
            format!("/api/postback%3Fapi_key={key}"),
            format!("/api/postback;api_key={}", key.replace('_', "%5F")),
            format!("/postback?api_key={key}"),
            format!("/partner/{key}?api_key={key}"),
            format!("/signin?next=/{key}"),
            format!("/rpc/{key}"),
            format!("/t/{key}"),
        ] {
            statuses.push(ask(&at, "GET", &target).unwrap().0);
        }
        let form = format!("api_key={key}&click_id={click}&transaction_id=2");
        let head = "POST /api/postback HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
        statuses.push(send(&at, head, &form).unwrap().0);
        let json = format!("{{\"api_key\":\"{key}\",\"click_id\":\"{click}\",\"amount\":[\"{key}\"]}}");
        statuses.push(send(&at, "POST /api/postback HTTP/1.1\r\nContent-Type: application/json", &json).unwrap().0);
        let head = format!("POST /api/postback HTTP/1.1\r\nX-API-Key: {key}");
        statuses.push(send(&at, &head, &format!("click_id={click}&amount=x")).unwrap().0);
        let head = format!("GET /signin HTTP/1.1\r\nX-Request-Id: {key}\r\nUser-Agent: {key}");
        statuses.push(send(&at, &head, "").unwrap().0);
        assert!(
            statuses.contains(&200) && statuses.contains(&400) && statuses.contains(&403) && statuses.contains(&404)
        );

        // A person sees the key: that is no reason to log it, nor the password, nor the session.
        let partners = network["partners"].as_array().unwrap();
        let owner = partners.iter().find(|partner| partner["api_key"] == key.as_str()).unwrap();
        let (email, password) = (owner["email"].as_str().unwrap(), owner["password"].as_str().unwrap());
        let head = "POST /signin HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
        let (status, answer) = send(&at, head, &format!("__action=sign_in&email={email}&password={password}")).unwrap();
        assert_eq!(status, 303, "{answer}");
        let cookie = answer.split("session=").nth(1).unwrap().split(';').next().unwrap().to_owned();
        let head = format!("GET /partner/settings HTTP/1.1\r\nCookie: session={cookie}");
        let (status, page) = send(&at, &head, "").unwrap();
        assert!(status == 200 && !page.contains(&secret), "nobody has asked for the key");
        let head = head.replace("settings", "settings?key=shown");
        let (status, page) = send(&at, &head, "").unwrap();
        assert!(status == 200 && page.contains(&key), "the canary is a real one");
        let head =
            format!("POST /rpc/find_api_key HTTP/1.1\r\nCookie: session={cookie}\r\nSec-Fetch-Site: same-origin");
        assert_eq!(send(&at, &head, "").unwrap().0, 200);

        let output = program.stop();
        assert!(output.contains("stopping"), "the log is on for {engine:?}: {output}");
        for canary in [secret.as_str(), password, cookie.as_str()] {
            let leak = output.lines().find(|line| line.contains(canary)).map(|line| line.replace(canary, "…"));
            assert_eq!(leak, None, "on {engine:?} a secret is in the log");
        }
    }
}
