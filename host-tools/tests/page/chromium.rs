//! A headless Chromium, steered over its debugging port: real mouse and key events, pictures of the screen.

use std::cell::Cell;
use std::collections::VecDeque;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::said::skip;

/// Far more than anything here takes, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Programs that may be it.
const NAMES: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// A browser with one page.
pub struct Chromium {
    child: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    calls: Cell<u32>,
    /// What has come while an answer was waited for.
    events: VecDeque<Value>,
    profile: TempDir,
}

impl Chromium {
    /// Starts it; `None` if there is none (the reason has been printed).
    pub fn start() -> Option<Self> {
        let chosen = env::var_os("CHROME").map(PathBuf::from);
        let names = NAMES.map(PathBuf::from);
        let Some(program) = chosen.or_else(|| names.into_iter().find(|path| path.exists())) else {
            skip("Chromium is not installed, and CHROME names none", "TINYCONV_REQUIRE_CHROMIUM");
            return None;
        };
        let profile = TempDir::new().unwrap();
        let child = Command::new(&program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let (port, path) = address(profile.path());
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let url = format!("ws://127.0.0.1:{port}{path}");
        let (socket, _) = tungstenite::client(url, stream).unwrap();
        let (calls, events) = (Cell::new(0), VecDeque::new());
        let mut browser = Self { child, socket, session: String::new(), calls, events, profile };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", attach);
        browser.session = session["sessionId"].as_str().unwrap().into();
        for domain in ["Page", "Network", "Runtime", "DOM", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Calls a method of the protocol.
    #[track_caller]
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.calls.get() + 1;
        self.calls.set(id);
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let answer = self.read();
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push_back(answer);
        }
    }

    fn read(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().expect("Chromium answers") {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// All that has happened so far of the kind `method`.
    pub fn events(&mut self, method: &str) -> Vec<Value> {
        self.evaluate("0"); // what came before this answer has been read
        let events = self.events.iter().filter(|event| event["method"] == method);
        events.map(|event| event["params"].clone()).collect()
    }

    /// The value of an expression of the page's scripts.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let parameters =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub fn wait_for(&mut self, expression: &str) {
        let start = Instant::now();
        while self.evaluate(&format!("Boolean({expression})")) != true {
            if start.elapsed() > LIMIT {
                let page = self.evaluate("document.body.innerText");
                panic!("never true: {expression}\n{page}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The text that an element shows.
    #[track_caller]
    pub fn text(&mut self, id: &str) -> String {
        let value = self.evaluate(&format!("document.getElementById('{id}').textContent"));
        value.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A screen of so many points; `scale` pixels to a point.
    pub fn screen(&mut self, width: u32, height: u32, scale: f64) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Light or dark.
    pub fn theme(&mut self, theme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": theme });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    pub fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({ "url": address }));
        self.wait_for("document.body && 'ready' in document.body.dataset");
    }

    /// Where the middle of an element is, after scrolling to it; a script finds the element.
    #[track_caller]
    fn middle(&mut self, element: &str) -> [f64; 4] {
        let script = format!(
            "(() => {{ const e = {element}; e.scrollIntoView({{block: 'center'}}); \
             const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }})()"
        );
        let numbers = self.evaluate(&script);
        [0, 1, 2, 3].map(|index| numbers[index].as_f64().unwrap())
    }

    fn mouse(&mut self, kind: &str, [x, y]: [f64; 2], buttons: u32) {
        let button = if kind == "mouseMoved" && buttons == 0 { "none" } else { "left" };
        let event = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1,
        });
        self.call("Input.dispatchMouseEvent", event);
    }

    /// Clicks an element that a script finds.
    #[track_caller]
    pub fn click_at(&mut self, element: &str) {
        let [left, top, width, height] = self.middle(element);
        let at = [left + width / 2.0, top + height / 2.0];
        self.mouse("mouseMoved", at, 0);
        self.mouse("mousePressed", at, 1);
        self.mouse("mouseReleased", at, 0);
    }

    #[track_caller]
    pub fn click(&mut self, id: &str) {
        self.wait_for(&format!("!document.getElementById('{id}').disabled"));
        self.click_at(&format!("document.getElementById('{id}')"));
    }

    /// Draws strokes with the mouse: corners as shares of the canvas.
    pub fn draw(&mut self, strokes: &[&[[f64; 2]]]) {
        let [left, top, width, height] = self.middle("document.getElementById('canvas')");
        let place = |[x, y]: [f64; 2]| [left + x * width, top + y * height];
        for stroke in strokes {
            self.mouse("mouseMoved", place(stroke[0]), 0);
            self.mouse("mousePressed", place(stroke[0]), 1);
            for corners in stroke.windows(2) {
                for step in 1..=8 {
                    let part = f64::from(step) / 8.0;
                    let between = |axis: usize| {
                        corners[0][axis] + part * (corners[1][axis] - corners[0][axis])
                    };
                    self.mouse("mouseMoved", place([between(0), between(1)]), 1);
                }
            }
            self.mouse("mouseReleased", place(stroke[stroke.len() - 1]), 0);
        }
        self.settle();
    }

    /// Draws a stroke with a finger.
    pub fn touch(&mut self, stroke: &[[f64; 2]]) {
        let [left, top, width, height] = self.middle("document.getElementById('canvas')");
        for (index, [x, y]) in stroke.iter().enumerate() {
            let kind = if index == 0 { "touchStart" } else { "touchMove" };
            let point = json!({ "x": left + x * width, "y": top + y * height });
            self.call("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": [point] }));
        }
        self.call("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
        self.settle();
    }

    /// Presses a key and lets it go.
    pub fn key(&mut self, key: &str) {
        let code = match key {
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "Delete" => 46,
            "Tab" => 9,
            "Enter" => 13,
            key => u32::from(key.as_bytes()[0]),
        };
        let text = match key {
            "Enter" => "\r",
            key if key.len() == 1 => key,
            _ => "",
        };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event =
                json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": text });
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Until what was drawn is shown.
    pub fn settle(&mut self) {
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
    }

    /// Gives the page a file, as its file picker does.
    pub fn choose_file(&mut self, path: &Path) {
        let document = self.call("DOM.getDocument", json!({}));
        let find = json!({ "nodeId": document["root"]["nodeId"], "selector": "#open" });
        let input = self.call("DOM.querySelector", find);
        self.call("DOM.setFileInputFiles", json!({ "files": [path], "nodeId": input["nodeId"] }));
    }

    /// Clicks, and waits for the file `name` that this downloads.
    pub fn download(&mut self, id: &str, name: &str) -> Vec<u8> {
        let directory = self.profile.path().join("downloads");
        let behavior = json!({ "behavior": "allow", "downloadPath": directory });
        let session = std::mem::take(&mut self.session);
        self.call("Browser.setDownloadBehavior", behavior);
        self.session = session;
        self.click(id);
        let (start, path) = (Instant::now(), directory.join(name));
        while !path.exists() {
            assert!(start.elapsed() < LIMIT, "{name} was never downloaded");
            thread::sleep(Duration::from_millis(20));
        }
        // The name is given when all is there.
        fs::read(path).unwrap()
    }

    /// A picture of the screen as PNG.
    pub fn screenshot(&mut self) -> Vec<u8> {
        let answer = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        BASE64_STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
    }
}

/// The port and the path that Chromium writes down when it listens.
fn address(profile: &Path) -> (u16, String) {
    let (start, path) = (Instant::now(), profile.join("DevToolsActivePort"));
    loop {
        let text = fs::read_to_string(&path).unwrap_or_default();
        if let Some((port, path)) = text.split_once('\n') {
            return (port.parse().unwrap(), path.trim().into());
        }
        assert!(start.elapsed() < LIMIT, "Chromium does not start");
        thread::sleep(Duration::from_millis(20));
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The profile's directory is removed next: nothing may write to it any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
