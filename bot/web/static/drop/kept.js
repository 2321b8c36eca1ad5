// What the browser keeps of a link, until that is over. One that keeps nothing is as good: it is asked for again.
import { token } from "./link.js";

// By the upload's id: when its file was changed last, a number.
const mark = (id) => `threadcut.${id}`;

export const keepChanged = (id, lastModified) => store(mark(id), String(lastModified));

export const forgetChanged = (id) => store(mark(id), null);

export function isChanged(id, lastModified) {
  const kept = read(mark(id));
  return kept !== null && kept !== String(lastModified);
}

// By the token's hash, since whoever has the token acts as its user: the words that are not sent yet.
const draft = hashed(token).catch(() => null); // browsers hash on safe connections only

export async function keepWords(words) {
  const key = await draft;
  if (key) store(key, words || null);
}

export const forgetWords = () => keepWords("");

export async function readWords() {
  const key = await draft;
  return (key && read(key)) || "";
}

async function hashed(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `threadcut.words.${[...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // a browser that keeps nothing
  }
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
