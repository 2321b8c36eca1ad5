// The four tus requests of one upload: POST, HEAD, PATCH, DELETE. All reject like `request`.
import { Fault, request } from "./requests.js";

const SLICE = 32 * 1024 * 1024; // proxies may hold a request back as a whole: progress has to survive that
const TUS = { "Tus-Resumable": "1.0.0" };

const utf8Base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// The address of a new upload, made at `base` (a URL).
export async function create(base, name, size) {
  const headers = {
    ...TUS,
    "Upload-Length": String(size),
    "Upload-Metadata": `filename ${utf8Base64(name.slice(-500))}`,
  };
  const xhr = await request("POST", base.href, { headers });
  const url = new URL(xhr.getResponseHeader("Location"), base);
  if (url.origin !== base.origin) throw new Fault(500);
  return url;
}

// How many bytes the server has; null where what it has is not `size` bytes in the end.
export async function askOffset(url, size) {
  const xhr = await request("HEAD", url, { headers: TUS });
  const [offset, length] = ["Upload-Offset", "Upload-Length"].map((name) => Number(xhr.getResponseHeader(name)));
  return length === size && offset >= 0 && offset <= length ? offset : null;
}

// Send what follows `start`; how many bytes the server has then. `progress` is told how many are on their way.
export async function sendSlice(url, file, start, progress) {
  const headers = { ...TUS, "Upload-Offset": String(start), "Content-Type": "application/offset+octet-stream" };
  const body = file.slice(start, Math.min(start + SLICE, file.size));
  const xhr = await request("PATCH", url, { headers, body, progress });
  const offset = Number(xhr.getResponseHeader("Upload-Offset"));
  if (!(offset > start && offset <= file.size)) throw new Fault(409);
  return offset;
}

export async function discard(url) {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      await request("DELETE", url, { headers: TUS });
      return;
    } catch (fault) {
      if (fault.status && fault.status !== 423 && fault.status < 500) return; // it is gone
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** tries));
    }
  }
}
