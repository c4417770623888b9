//! nginx as the measure of a redirect: `return 302` and one line in an access log, as much as it ever does by itself.

use std::{
    fmt::Write as _,
    fs::File,
    net::TcpListener,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Command as BlockingCommand,
    time::Duration,
};

use tokio::{net::TcpStream, process::Command, time::sleep};

use crate::{
    Failure,
    bare_axum::LOCATION,
    http,
    process::{Running, find_program},
};

/// An nginx with a configuration of its own, run as the user who runs the bench.
#[derive(Debug)]
pub(crate) struct Nginx {
    /// Host and port.
    pub(crate) address: String,
    running: Running,
    log: PathBuf,
}

impl Nginx {
    /// Starts it in a folder of its own below `folder`, and sees that it redirects.
    pub(crate) async fn start(folder: &Path) -> Result<Self, Failure> {
        let folder = folder.join("nginx");
        std::fs::create_dir_all(&folder)?;
        let program = find_program("nginx")?;
        // It can't say which port it chose, so one is chosen for it.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let written = folder.join("nginx.conf");
        std::fs::write(&written, configuration(&folder, &address, &built_without(&program)?)?)?;
        let mut command = Command::new(program);
        command.arg("-p").arg(&folder).arg("-c").arg(&written);
        let running = Running::start(command, &folder.join("stderr.log"))?;
        let log = folder.join("access.log");
        let nginx = Self { address, running, log };
        nginx.wait_until_it_redirects().await?;
        Ok(nginx)
    }

    async fn wait_until_it_redirects(&self) -> Result<(), Failure> {
        for _ in 0..100 {
            if TcpStream::connect(&self.address).await.is_ok() {
                let answer = http::ask(&self.address, "GET /t/0123456789 HTTP/1.1", "").await?;
                return if answer.status == 302 { Ok(()) } else { Err("nginx does not redirect".into()) };
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(format!("nginx did not start: {}", self.running.last_words()).into())
    }

    /// Empties the access log, so that writing it back does not disturb what is measured next.
    pub(crate) fn forget_log(&self) -> Result<(), Failure> {
        Ok(File::options().write(true).open(&self.log)?.set_len(0)?)
    }

    /// Ends it.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.running.stop().await
    }
}

/// How it was built, to know which of its modules want a folder.
fn built_without(program: &Path) -> Result<String, Failure> {
    let output = BlockingCommand::new(program).arg("-V").output()?;
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn configuration(folder: &Path, address: &str, built: &str) -> Result<String, Failure> {
    let place = folder.display();
    let mut folders = format!("  client_body_temp_path {place}/body;\n");
    for module in ["fastcgi", "proxy", "scgi", "uwsgi"] {
        if !built.contains(&format!("--without-http_{module}_module")) {
            writeln!(folders, "  {module}_temp_path {place}/{module};")?;
        }
    }
    // Started by root its workers would be somebody else, who may not come into the folder.
    let is_root = std::fs::metadata(folder)?.uid() == 0;
    let user = if is_root { "user root;\n" } else { "" };
    Ok(format!(
        "{user}daemon off;
worker_processes auto;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log {place}/access.log combined;
{folders}  keepalive_requests 1000000000;
  server {{
    listen {address};
    location / {{ return 302 \"{LOCATION}\"; }}
  }}
}}
"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_set_for_each_module_that_was_built_in() {
        let text = configuration(Path::new("/"), "127.0.0.1:1", "--without-http_uwsgi_module").unwrap();
        assert!(text.contains("scgi_temp_path //scgi;") && !text.contains("uwsgi"), "{text}");
        assert!(text.contains("listen 127.0.0.1:1;"), "{text}");
    }
}
