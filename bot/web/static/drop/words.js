// The page's words and numbers, in the reader's language.
import { at } from "./elements.js";

export const said = JSON.parse(at("said").textContent);
const lang = document.documentElement.lang;

export const say = (key, fields = {}) =>
  said[key].replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));

const number = (value, digits = 1) => new Intl.NumberFormat(lang, { maximumFractionDigits: digits }).format(value);

export const percent = (part, whole) => `${Math.floor((100 * part) / Math.max(1, whole))}%`;

export function size(bytes) {
  if (bytes < 1e6) return `${number(Math.ceil(bytes / 1e3), 0)} KB`;
  return bytes < 1e9 ? `${number(bytes / 1e6)} MB` : `${number(bytes / 1e9, 2)} GB`;
}

export function span(seconds) {
  if (seconds < 60) return say("seconds", { number: Math.max(1, Math.ceil(seconds)) });
  if (seconds < 3600) return say("minutes", { number: Math.ceil(seconds / 60) });
  return say("hours", { number: number(seconds / 3600) });
}
