//! Fetching what a stranger named, without becoming his hands inside our network.
//!
//! Each address is resolved first and the connection pinned to what was resolved, so a name cannot change between check and
//! use; whatever is private, local, shared or reserved is refused; redirects are followed by hand, each checked anew; only
//! ports 80 and 443; ten seconds for everything; ten megabytes. Proxies of the environment are not used: they would resolve
//! names again.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_LENGTH, LOCATION};
use url::{Host, Url};

pub const MAX_BYTES: usize = platform::infra::media::MAX_BYTES;
const TIME_LIMIT: Duration = Duration::from_secs(10);
const MAX_REDIRECTS: usize = 3;

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Never to be tried again.
    #[error("{0}")]
    Refused(String),
    /// May go better later.
    #[error("{0}")]
    Failed(String),
}

use FetchError::{Failed, Refused};

/// Where connections may go; a test allows its own server.
#[derive(Clone, Copy)]
pub struct Reach {
    pub allows: fn(IpAddr) -> bool,
    pub any_port: bool,
}

impl Reach {
    pub const PUBLIC: Reach = Reach { allows: is_public, any_port: false };
}

/// The bytes at an address, following at most three redirects.
pub async fn fetch(address: &str, reach: Reach) -> Result<Vec<u8>, FetchError> {
    let work = async {
        let mut url = Url::parse(address).map_err(|e| Refused(format!("not an address: {e}")))?;
        for _ in 0..=MAX_REDIRECTS {
            let response = get(&url, reach).await?;
            let status = response.status();
            if status.is_redirection() {
                let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
                let target = target.ok_or_else(|| Refused("a redirect without a target".into()))?;
                url = url.join(target).map_err(|e| Refused(format!("a redirect to nowhere: {e}")))?;
                continue;
            }
            return match status.as_u16() {
                200 => body(response).await,
                408 | 425 | 429 | 500..=599 => Err(Failed(format!("the server answered {status}"))),
                _ => Err(Refused(format!("the server answered {status}"))),
            };
        }
        Err(Refused("too many redirects".into()))
    };
    tokio::time::timeout(TIME_LIMIT, work)
        .await
        .unwrap_or_else(|_| Err(Failed("took longer than 10 seconds".into())))
}

async fn get(url: &Url, reach: Reach) -> Result<reqwest::Response, FetchError> {
    let targets = resolve(url, reach).await?;
    let client = reqwest::Client::builder()
        .resolve_to_addrs(url.host_str().unwrap_or_default(), &targets)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIME_LIMIT)
        .user_agent(concat!("SmartMarket/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| Failed(e.to_string()))?;
    let request = client.get(url.clone()).header(ACCEPT, "image/webp,image/jpeg,image/png,image/gif");
    request.send().await.map_err(|e| Failed(e.without_url().to_string()))
}

/// The addresses to connect to. One that is not public among them refuses all: no honest shop mixes them.
async fn resolve(url: &Url, reach: Reach) -> Result<Vec<SocketAddr>, FetchError> {
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(Refused("only plain http and https addresses".into()));
    }
    let port = url.port_or_known_default().unwrap_or_default();
    if !reach.any_port && !matches!(port, 80 | 443) {
        return Err(Refused("only ports 80 and 443".into()));
    }
    let found: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(ip)) => vec![SocketAddr::new(ip.into(), port)],
        Some(Host::Ipv6(ip)) => vec![SocketAddr::new(ip.into(), port)],
        Some(Host::Domain(name)) => {
            let found = tokio::net::lookup_host((name, port)).await;
            found.map_err(|e| Failed(format!("the host is not found: {e}")))?.collect()
        }
        None => return Err(Refused("an address without a host".into())),
    };
    if found.is_empty() {
        return Err(Failed("the host has no address".into()));
    }
    if !found.iter().all(|address| (reach.allows)(address.ip())) {
        return Err(Refused("the host is not on the public internet".into()));
    }
    Ok(found)
}

/// The body up to the bound, whatever length was promised.
async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, FetchError> {
    let too_large = || Refused("larger than 10 MB".into());
    let promised = response.headers().get(CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<u64>().ok());
    if promised.is_some_and(|n| n > MAX_BYTES as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| Failed(e.without_url().to_string()))? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether an address is on the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let reserved = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (198, 18..=19, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !reserved
}

/// Global unicast only, and an IPv4 address inside a translated one must be public too.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        // ::ffff:a.b.c.d and NAT64
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inner(high, low),
        // 6to4
        [0x2002, high, low, ..] => inner(high, low),
        // Teredo, benchmarking, ORCHID and other special registries; documentation
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const LOCAL: Reach = Reach { allows: |ip| ip.is_loopback(), any_port: true };

    /// Answers every connection with these bytes, a pause between the two halves.
    async fn server(answer: Vec<u8>, pause: Duration) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 2048]).await;
                    let half = answer.len() / 2;
                    let _ = stream.write_all(&answer[..half]).await;
                    tokio::time::sleep(pause).await;
                    let _ = stream.write_all(&answer[half..]).await;
                });
            }
        });
        address
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn private_addresses_are_refused_however_they_are_written() {
        for bad in [
            "http://127.0.0.1/a.jpg",
            "http://localhost/a.jpg",
            "http://[::1]/",
            "http://0/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://10.1.2.3/",
            "http://192.168.0.1/",
            "http://172.20.0.1/",
            "http://100.64.0.1/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://224.0.0.1/",
            "https://8.8.8.8:6379/",
            "http://8.8.8.8:22/",
            "file:///etc/passwd",
            "gopher://8.8.8.8/",
            "http://user:pw@8.8.8.8/",
        ] {
            let result = fetch(bad, Reach::PUBLIC).await;
            assert!(matches!(result, Err(Refused(_))), "{bad}: {result:?}");
        }
        assert!(is_public("8.8.8.8".parse().unwrap()) && is_public("2606:4700::1111".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_picture_comes_through_also_over_a_redirect() {
        let picture = server(answer("200 OK", b"pixels"), Duration::ZERO).await;
        assert_eq!(fetch(&format!("http://{picture}/a"), LOCAL).await.unwrap(), b"pixels");
        let moved =
            server(answer(&format!("302 Found\r\nLocation: http://{picture}/b"), b""), Duration::ZERO).await;
        assert_eq!(fetch(&format!("http://{moved}/"), LOCAL).await.unwrap(), b"pixels");
    }

    #[tokio::test]
    async fn a_redirect_into_the_house_is_refused() {
        let moved =
            server(answer("302 Found\r\nLocation: http://169.254.169.254/", b""), Duration::ZERO).await;
        let result = fetch(&format!("http://{moved}/"), LOCAL).await;
        assert!(matches!(result, Err(Refused(_))), "{result:?}");
        let circle = server(answer("302 Found\r\nLocation: /", b""), Duration::ZERO).await;
        assert!(matches!(fetch(&format!("http://{circle}/"), LOCAL).await, Err(Refused(_))));
    }

    #[tokio::test]
    async fn a_large_body_stops_at_the_bound_whatever_was_promised() {
        let promised = server(answer("200 OK\r\nContent-Length: 99999999999", b"x"), Duration::ZERO).await;
        assert!(matches!(fetch(&format!("http://{promised}/"), LOCAL).await, Err(Refused(_))));
        let silent = server(answer("200 OK", &vec![b'x'; MAX_BYTES + 10]), Duration::ZERO).await;
        assert!(matches!(fetch(&format!("http://{silent}/"), LOCAL).await, Err(Refused(_))));
    }

    #[tokio::test]
    async fn a_server_that_takes_its_time_is_left_after_ten_seconds() {
        let slow = server(answer("200 OK", b"pixels"), Duration::from_secs(30)).await;
        let started = std::time::Instant::now();
        assert!(matches!(fetch(&format!("http://{slow}/"), LOCAL).await, Err(Failed(_))));
        assert!(started.elapsed() < Duration::from_secs(13));
    }

    #[tokio::test]
    async fn missing_is_final_and_busy_is_not() {
        let gone = server(answer("404 Not Found", b""), Duration::ZERO).await;
        assert!(matches!(fetch(&format!("http://{gone}/"), LOCAL).await, Err(Refused(_))));
        let busy = server(answer("503 Busy", b""), Duration::ZERO).await;
        assert!(matches!(fetch(&format!("http://{busy}/"), LOCAL).await, Err(Failed(_))));
    }
}
