// The files of the batch, and which of them one that is chosen again is.
import { forgetChanged, isChanged } from "./kept.js";

export const entries = []; // in the order in which they are sent

export function makeEntry(facts) {
  return {
    id: null, url: null, name: "", size: 0, offset: 0, sent: 0, file: null, done: false, stale: false, error: "",
    says: "", ...facts,
  };
}

export const isUp = (entry) => (entry.done ? entry.size : Math.min(entry.size, entry.offset + entry.sent));
export const isOpen = (entry) => !entry.done && !entry.error;
export const isLost = (entry) => !entry.file && !entry.done; // its file has to be chosen again
export const areIn = () => entries.every((entry) => entry.done);

export function forgetUpload(entry) {
  forgetChanged(entry.id);
  Object.assign(entry, { id: null, url: null, offset: 0, sent: 0, stale: false, done: false });
}

// The server cleans names, so what it gives back is compared by letters and digits alone.
const bare = (name) => name.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "").slice(-60);
const alike = (entry, file) => bare(entry.name) === bare(file.name);

// The entry that waits for this file, and how the file is since then: "same", "changed" or "other_size"; or nothing.
export function awaiting(file) {
  const lost = entries.filter((entry) => isLost(entry) && alike(entry, file));
  const same = lost.find((entry) => entry.size === file.size);
  if (same) return { entry: same, how: isChanged(same.id, file.lastModified) ? "changed" : "same" };
  return lost.length ? { entry: lost[0], how: "other_size" } : null;
}

export function isTwice(file) {
  const twin = entries.find((entry) => alike(entry, file) && entry.size === file.size && !entry.error);
  return Boolean(twin && (!twin.file || twin.file.lastModified === file.lastModified));
}
