# SPDX-License-Identifier: Apache-2.0
"""One Chromium for many pages: what a page asks for, runs or says is written down, nothing goes out.

Spoken to over a pipe (the protocol of its developer tools, one JSON object and a NUL each), so that nothing has to be
installed beside Chromium. The policy in a page's head is switched off: what is watched here is the first lock alone.
"""
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAM = os.environ.get("CHROMIUM", "/usr/lib/chromium/chromium")
MINE = "watch"  # the name under which our own questions run
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions", "--dns-prefetch-disable", "--remote-debugging-pipe",
         "--disable-features=Translate", "--block-new-web-contents"]
PATIENCE = 30


def program():
    """Chromium, or None."""
    return PROGRAM if os.access(PROGRAM, os.X_OK) else shutil.which("chromium")


class Browser:
    """with Browser() as browser: browser.load(path) → list of what must not happen."""

    def __enter__(self):
        # What is left of a browser may write in its folder after the browser itself has ended.
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        (there, self.pipe_out), (self.pipe_in, back) = os.pipe(), os.pipe()
        # It reads from 3 and writes to 4. Both ends are moved out of the way first: one may be 3 or 4 itself.
        script = 'exec 8<&"$1" 9>&"$2" 3<&8 4>&9 8<&- 9>&-; shift 2; exec "$@"'
        command = ["/bin/bash", "-c", script, "sh", str(there), str(back), program(), *FLAGS, f"--user-data-dir={self.home.name}",
                   "about:blank"]
        self.process = subprocess.Popen(command, pass_fds=(there, back), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.home.name}, start_new_session=True)
        os.close(there)
        os.close(back)
        self.buffer, self.waiting, self.count, self.seen, self.session, self.page = b"", [], 0, [], None, None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "DOM", "Debugger", "Log", "Runtime"):
            self.ask(domain + ".enable")
        self.ask("Page.setBypassCSP", enabled=True)
        self.ask("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self.frame = self.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.close(self.pipe_out)
        os.close(self.pipe_in)
        self.home.cleanup()

    def send(self, method, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.pipe_out, json.dumps(message).encode() + b"\0")
        return self.count

    def receive(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.pipe_in], [], [], max(0, end - time.monotonic()))
            if not ready:
                return None
            piece = os.read(self.pipe_in, 1 << 16)
            if not piece:
                raise RuntimeError("Chromium ended")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **params):
        number = self.send(method, **params)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            message = self.receive(end - time.monotonic())
            if message is None:
                break
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.note(message)
        raise RuntimeError(f"{method}: no answer")

    def note(self, message):
        """Requests beyond the page itself are written down and end here, dialogs are closed, scripts written down."""
        params = message.get("params", {})
        match message.get("method"):
            case "Fetch.requestPaused":
                url = params["request"]["url"]
                if url == self.page and params["request"]["method"] == "GET" and not self.loaded:
                    self.loaded = True
                    self.send("Fetch.continueRequest", requestId=params["requestId"])
                else:
                    self.seen.append(f"request {url[:80]}")
                    self.send("Fetch.failRequest", requestId=params["requestId"], errorReason="BlockedByClient")
            case "Page.javascriptDialogOpening":
                self.seen.append(f"dialog {params['message'][:40]}")
                self.send("Page.handleJavaScriptDialog", accept=True)
            case "Debugger.scriptParsed" if MINE not in (params.get("url"), params.get("sourceURL")):
                self.seen.append(f"script of {params.get('url', '')[:40]}")
            case "Page.frameRequestedNavigation" | "Page.frameScheduledNavigation":
                self.seen.append(f"leaves for {params['url'][:80]}")
            case "Page.windowOpen" | "Page.downloadWillBegin" | "Page.frameAttached":
                self.seen.append(message["method"])

    def wait_for(self, method, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = self.receive(end - time.monotonic())
            if message is None:
                break
            self.note(message)
            if message.get("method") == method:
                return
        raise RuntimeError(f"no {method}")

    def evaluate(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression + "\n//# sourceURL=" + MINE, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def settled(self):
        """What was done until now: two turns of the page's loop, then whatever was still under way. What comes later counts
        for the next page: nothing is forgotten."""
        self.ask("Runtime.evaluate", expression=f"new Promise(r => setTimeout(() => setTimeout(r, 5), 5))\n//# sourceURL={MINE}", awaitPromise=True)
        while (message := self.receive(0)) is not None:
            self.note(message)
        seen, self.seen = self.seen, []
        return seen

    def load(self, path, seconds=PATIENCE):
        """The file as a browser opens it."""
        self.page, self.loaded = f"file://{path}", False
        self.send("Page.navigate", url=self.page)
        self.wait_for("Page.loadEventFired", seconds)
        return self.settled()

    def set_content(self, text):
        """The text as a page that another page writes."""
        self.page = None
        self.ask("Page.setDocumentContent", frameId=self.ask("Page.getFrameTree")["frameTree"]["frame"]["id"], html=text)
        return self.settled()

    def tree(self):
        """The page as the browser would write it."""
        return self.evaluate("document.documentElement.outerHTML")

    def inside_again(self):
        """Its body written and read again in place, as editors and mail programs do."""
        self.evaluate("document.body.innerHTML = document.body.innerHTML; 0")
        return self.settled()
