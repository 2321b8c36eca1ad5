// The link that this page is of, and what the server is asked about it. All reject like `request`.
import { request } from "./requests.js";

// Every address is relative to /u/: a proxy may put us under a path.
export const token = location.pathname.split("/").pop();
export const filesUrl = new URL(`${token}/files`, location.href);

export const fileUrl = (id) => `${filesUrl.href}/${id}`;

export async function readState() {
  return JSON.parse((await request("GET", `${token}/state`)).responseText);
}

export function sendBatch(words, files) {
  const headers = { "Content-Type": "application/json" };
  return request("POST", `${token}/send`, { headers, body: JSON.stringify({ words, files }) });
}

export const closeLink = () => request("DELETE", token);
