//! A mail server that keeps what it is given.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How long a mail may take to arrive.
const ARRIVAL_TIMEOUT: Duration = Duration::from_secs(20);

/// A mail as it was handed over.
#[derive(Debug, Clone)]
pub struct Mail {
    /// From the envelope.
    pub to: String,
    /// The headers, as they were sent.
    pub head: String,
    /// The text, as a reader sees it.
    pub body: String,
    /// All of it, as it was sent but for the dots that SMTP adds.
    pub raw: String,
}

/// How a server treats clients that have a mail for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes every mail.
    Kind,
    /// It takes mails of clients that say this behind `AUTH PLAIN`.
    Locked(&'static str),
    /// It knows nobody.
    Refusing,
    /// It accepts connections and says nothing.
    Silent,
}

impl Mail {
    fn read(to: String, sent: String) -> Self {
        let raw = sent.replace("\r\n", "\n");
        let (head, body) = raw.split_once("\n\n").unwrap_or((raw.as_str(), ""));
        let is_quoted = head.to_ascii_lowercase().contains("content-transfer-encoding: quoted-printable");
        let body = if is_quoted { unquoted(body) } else { body.to_owned() };
        Self { to, head: head.to_owned(), body, raw: sent }
    }

    /// The first address in the text that holds this.
    pub fn address(&self, part: &str) -> String {
        let mut words = self.body.split_whitespace();
        let address = words.find(|word| word.starts_with("http") && word.contains(part));
        address.unwrap_or_else(|| panic!("no address with {part}: {}", self.body)).to_owned()
    }
}

/// Quoted-printable text, decoded.
fn unquoted(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

/// A mail server on a free port, for as long as the test process runs.
#[derive(Debug, Clone)]
pub struct Mailbox {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl Mailbox {
    /// A new, empty one.
    pub fn open() -> Self {
        Self::open_as(Manner::Kind)
    }

    /// A new, empty one that is not as kind.
    pub fn open_as(manner: Manner) -> Self {
        Self::open_at(0, manner)
    }

    /// The same on a port that was free a moment ago.
    pub fn open_at(port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let mailbox = Self { address: listener.local_addr().unwrap(), mails: Arc::default() };
        let mails = Arc::clone(&mailbox.mails);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, mails) = (stream.unwrap(), Arc::clone(&mails));
                thread::spawn(move || receive(&stream, &mails, manner));
            }
        });
        mailbox
    }

    /// What `SMTP_URL` would say.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The same for somebody with a name and a password, which is percent-encoded.
    pub fn url_of(&self, name: &str, password: &str) -> String {
        format!("smtp://{name}:{password}@{}", self.address)
    }

    /// How many mails are there.
    pub fn count(&self) -> usize {
        self.mails.lock().unwrap().len()
    }

    /// Takes out the oldest mail to somebody; waits for it.
    pub fn take(&self, to: &str) -> Mail {
        let until = Instant::now() + ARRIVAL_TIMEOUT;
        loop {
            if let Some(mail) = self.take_now(to) {
                return mail;
            }
            assert!(Instant::now() < until, "no mail to {to}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn take_now(&self, to: &str) -> Option<Mail> {
        let mut mails = self.mails.lock().unwrap();
        let at = mails.iter().position(|mail| mail.to == to)?;
        Some(mails.remove(at))
    }
}

/// As much of SMTP as it takes to hand over a mail.
fn receive(stream: &TcpStream, mails: &Mutex<Vec<Mail>>, manner: Manner) -> std::io::Result<()> {
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    let (mut to, mut is_let_in) = (String::new(), !matches!(manner, Manner::Locked(_)));
    if manner == Manner::Silent {
        while read_line(&mut reader)?.is_some() {}
        return Ok(());
    }
    writer.write_all(b"220 mail.test.example\r\n")?;
    loop {
        let Some(line) = read_line(&mut reader)? else { return Ok(()) };
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.test.example\r\n250-AUTH PLAIN\r\n250 8BITMIME",
            "AUTH" => {
                is_let_in |=
                    matches!(manner, Manner::Locked(wanted) if line.strip_prefix("AUTH PLAIN ") == Some(wanted));
                if is_let_in { "235 welcome" } else { "535 wrong name or password" }
            }
            "MAIL" if !is_let_in => "530 say who you are",
            "RCPT" if manner == Manner::Refusing => "550 nobody of that name",
            "RCPT" => {
                line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                "250 ok"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                let Some(sent) = read_data(&mut reader)? else { return Ok(()) };
                mails.lock().unwrap().push(Mail::read(to.clone(), sent));
                "250 kept"
            }
            "QUIT" => return writer.write_all(b"221 bye\r\n"),
            _ => "250 ok",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

/// A mail's lines with their ends, up to the one with nothing but a dot.
fn read_data(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<String>> {
    let mut sent = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line == ".\r\n" {
            return Ok(Some(sent));
        }
        sent.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// A line without its end; nothing where the connection has ended.
fn read_line(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let length = reader.read_line(&mut line)?;
    Ok((length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}
