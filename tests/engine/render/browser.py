"""A headless Chromium that plays files: driven over its DevTools protocol, served from loopback.

`uv run pytest -m long tests/engine/render/test_plays.py` uses it. Debian's `chromium` is what CI installs; any other
program of that name, or what `CHROMIUM_BIN` names, does as well.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from aiohttp import web
from numpy.typing import NDArray

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_START_S = 60.0
_ANSWER_S = 120.0
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--autoplay-policy=no-user-gesture-required", "--remote-debugging-port=0",
)  # fmt: skip

_PAGE = """<!doctype html><meta charset=utf-8><title>player</title><body><script>
const within = (promise, ms, what) => Promise.race([
  promise, new Promise((_, no) => setTimeout(() => no(new Error(what + ' took too long')), ms))]);
const once = (video, name) => new Promise((yes, no) => {
  video.addEventListener(name, yes, {once: true});
  video.addEventListener('error', () => no(new Error('code ' + video.error.code + ': ' + video.error.message)),
    {once: true});
});
const shown = video => new Promise(yes => video.requestVideoFrameCallback((_, facts) => yes(facts.mediaTime)));
async function opened(name) {
  document.body.replaceChildren();
  const video = document.createElement('video');
  video.preload = 'auto';
  document.body.append(video);
  const first = shown(video), ready = once(video, 'canplaythrough');
  video.src = name;
  await within(ready, 20000, 'opening');
  await within(first, 20000, 'the first frame');
  return video;
}
function drawn(video, across, down) {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.drawImage(video, 0, 0);
  const data = pen.getImageData(0, 0, canvas.width, canvas.height).data, found = [];
  for (let row = 0; row < down; row++) for (let column = 0; column < across; column++) {
    const sum = [0, 0, 0];
    const left = Math.round(column * canvas.width / across), right = Math.round((column + 1) * canvas.width / across);
    const top = Math.round(row * canvas.height / down), bottom = Math.round((row + 1) * canvas.height / down);
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++)
      for (let one = 0; one < 3; one++) sum[one] += data[(y * canvas.width + x) * 4 + one];
    found.push(...sum.map(one => one / ((right - left) * (bottom - top))));
  }
  return found;
}
async function played(name, rate) {
  const video = await opened(name);
  video.playbackRate = rate;
  const over = once(video, 'ended');
  await video.play();
  await within(over, video.duration * 1000 / rate * 4 + 20000, 'playing');
  const quality = video.getVideoPlaybackQuality();
  return {seconds: video.duration, at: video.currentTime, ended: video.ended, frames: quality.totalVideoFrames,
    corrupted: quality.corruptedVideoFrames || 0, width: video.videoWidth, height: video.videoHeight};
}
async function sought(name, times, across, down) {
  const video = await opened(name), found = [];
  for (const time of times) {
    const there = once(video, 'seeked'), frame = shown(video);
    video.currentTime = time;
    await within(there, 20000, 'seeking to ' + time);
    const at = await within(frame, 20000, 'a frame at ' + time);
    found.push({asked: time, at: video.currentTime, shown: at, pixels: drawn(video, across, down)});
  }
  return found;
}
</script>"""


@dataclass(frozen=True)
class Played:
    """A file played to its end: its length and where it came to (s), and how many frames it was."""

    seconds: float
    at: float
    ended: bool
    frames: int
    corrupted: int
    width: int
    height: int


@dataclass(frozen=True)
class Sought:
    """Where a seek came out: asked for, the player's own clock, the time stamp of the frame on show (all s).

    `pixels` are the means of a grid of blocks, rows by columns by red, green, blue.
    """

    asked: float
    at: float
    shown: float
    pixels: NDArray[np.float64]


class PlaybackError(AssertionError):
    """What Chromium says of a file it cannot play."""


@dataclass
class Browser:
    """An open page that plays the files of one folder."""

    base: str
    socket: aiohttp.ClientWebSocketResponse
    last: int = 0

    async def play(self, name: str, rate: float = 4) -> Played:
        """Play a file of the folder to its end, `rate` times as fast. Raises PlaybackError."""
        return Played(**await self._call("played", name, rate))

    async def seek(self, name: str, times: Sequence[float], grid: tuple[int, int] = (16, 9)) -> list[Sought]:
        """Go to each time (s) in turn and look at what is drawn there. Raises PlaybackError."""
        across, down = grid
        found = await self._call("sought", name, list(times), across, down)
        return [
            Sought(one["asked"], one["at"], one["shown"], np.array(one["pixels"]).reshape(down, across, 3))
            for one in found
        ]

    async def _call(self, function: str, name: str, *args: object) -> Any:
        words = web.json_response([f"/{name}", *args]).text or ""
        asked = {"expression": f"{function}(...{words})", "awaitPromise": True, "returnByValue": True}
        told = await self._ask("Runtime.evaluate", asked)
        if "exceptionDetails" in told:
            fault = told["exceptionDetails"]
            raise PlaybackError(f"{name}: {fault.get('exception', fault).get('description', fault['text'])}")
        return told["result"]["value"]

    async def _ask(self, method: str, params: dict[str, object]) -> Any:
        self.last += 1
        await self.socket.send_json({"id": self.last, "method": method, "params": params})
        async with asyncio.timeout(_ANSWER_S):
            while True:
                message = await self.socket.receive_json()
                if message.get("id") == self.last:
                    assert "error" not in message, message
                    return message["result"]

    async def show(self) -> None:
        """Open the page that plays."""
        await self._ask("Page.enable", {})
        await self._ask("Page.navigate", {"url": f"{self.base}/"})
        async with asyncio.timeout(_START_S):
            while (await self.socket.receive_json()).get("method") != "Page.loadEventFired":
                pass


def installed() -> Path | None:
    """The program, where there is one."""
    named = os.environ.get("CHROMIUM_BIN")
    found = named or next((path for name in _NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


@asynccontextmanager
async def browser(program: Path, folder: Path) -> AsyncIterator[Browser]:
    """A browser of its own, with a profile that goes with it; it can fetch the files of `folder` by name."""
    async with _served(folder) as base, _running(program) as port, aiohttp.ClientSession() as session:
        async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as answer:
            address = (await answer.json(content_type=None))["webSocketDebuggerUrl"]
        async with session.ws_connect(address, max_msg_size=1 << 26) as socket:
            page = Browser(base, socket)
            await page.show()
            yield page


@asynccontextmanager
async def _served(folder: Path) -> AsyncIterator[str]:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_static("/", folder)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _running(program: Path) -> AsyncIterator[int]:
    with tempfile.TemporaryDirectory(prefix="player", ignore_cleanup_errors=True) as profile:
        quiet = asyncio.subprocess.DEVNULL
        args = [*_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = await asyncio.create_subprocess_exec(program, *args, stdout=quiet, stderr=quiet)
        told = Path(profile) / "DevToolsActivePort"
        try:
            async with asyncio.timeout(_START_S):
                while not await asyncio.to_thread(_written, told):
                    assert process.returncode is None, f"{program} ended with {process.returncode}"
                    await asyncio.sleep(0.05)  # it tells nobody but this file
            yield int(told.read_text(encoding="ascii").split()[0])
        finally:
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(_START_S):
                await process.wait()


def _written(path: Path) -> bool:
    return path.is_file() and "\n" in path.read_text(encoding="ascii")
