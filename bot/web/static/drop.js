// The drop page: files go up one after another in slices, by four tus requests (POST, HEAD, PATCH, DELETE).
// What the server has of a file is what it says itself, so every fault ends in the same question: how far are you?
"use strict";

(() => {
  const SLICE = 32 * 1024 * 1024; // proxies may hold a request back as a whole: progress has to survive that
  const LONGEST_WAIT_S = 30;
  const IDLE_MS = 30000;
  const ANSWER_MS = 120000;
  const SPEED_MS = 8000;
  const TICK_MS = 500;
  const TUS = { "Tus-Resumable": "1.0.0" };

  const at = (id) => document.getElementById(id);
  const said = JSON.parse(at("said").textContent);
  const lang = document.documentElement.lang;
  const token = location.pathname.split("/").pop(); // every address is relative to /u/: a proxy may put us under a path
  const title = document.title;

  let limit = Infinity; // bytes of a file, and how many files: told by the server
  let most = Infinity;
  const entries = []; // in the order in which they are sent
  let paused = false;
  let over = false;
  let running = false;
  let sendWanted = false;
  let sending = false;
  let current = null; // the request that carries bytes now
  let samples = []; // [time, bytes that are up] of the last seconds
  let trouble = null; // { words, until }: why it waits, and until when
  let wake = () => {};

  // ---- words ----

  const say = (key, fields = {}) =>
    said[key].replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
  const number = (value, digits = 1) => new Intl.NumberFormat(lang, { maximumFractionDigits: digits }).format(value);
  const percent = (part, whole) => `${Math.floor((100 * part) / Math.max(1, whole))}%`;
  const announce = (text) => {
    at("live").textContent = text;
  };
  const notice = (...lines) => {
    at("notice").textContent = lines.join("\n");
  };

  function size(bytes) {
    if (bytes < 1e6) return `${number(Math.ceil(bytes / 1e3), 0)} KB`;
    return bytes < 1e9 ? `${number(bytes / 1e6)} MB` : `${number(bytes / 1e9, 2)} GB`;
  }

  function span(seconds) {
    if (seconds < 60) return say("seconds", { number: Math.max(1, Math.ceil(seconds)) });
    if (seconds < 3600) return say("minutes", { number: Math.ceil(seconds / 60) });
    return say("hours", { number: number(seconds / 3600) });
  }

  // ---- requests ----

  class Fault extends Error {
    // `status` 0: no answer came. `key` and `text` are the server's own, the text in the reader's language.
    constructor(status, key = "", text = "") {
      super(key || String(status));
      Object.assign(this, { status, key, text });
    }
  }
  class Stopped extends Error {} // by the user: paused, removed, closed

  // Resolves with the answered request. Rejects with a Fault where there is no answer or no good one, and Stopped.
  function request(method, url, { headers = {}, body = null, progress = null } = {}) {
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      let timer;
      let stopped = false;
      const watch = (ms) => {
        clearTimeout(timer);
        timer = setTimeout(() => xhr.abort(), ms);
      };
      const done = (settle) => {
        clearTimeout(timer);
        if (current?.xhr === xhr) current = null;
        settle();
      };
      xhr.open(method, url);
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      if (progress) {
        current = { xhr, url, stop: () => { stopped = true; xhr.abort(); } };
        xhr.upload.onprogress = (event) => {
          watch(IDLE_MS);
          progress(event.loaded);
        };
        xhr.upload.onload = () => watch(ANSWER_MS);
      }
      xhr.onload = () => done(() => (xhr.status >= 200 && xhr.status < 300 ? resolve(xhr) : reject(faultOf(xhr))));
      xhr.onerror = () => done(() => reject(new Fault(0)));
      xhr.onabort = () => done(() => reject(stopped ? new Stopped() : new Fault(0)));
      watch(progress ? IDLE_MS : ANSWER_MS);
      xhr.send(body);
    });
  }

  function faultOf(xhr) {
    let told = {};
    try {
      told = JSON.parse(xhr.responseText);
    } catch {
      // a proxy's page, or no body at all
    }
    return new Fault(xhr.status, String(told?.error ?? ""), String(told?.text ?? ""));
  }

  async function readState() {
    return JSON.parse((await request("GET", `${token}/state`)).responseText);
  }

  const utf8Base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  async function create(entry) {
    const headers = {
      ...TUS,
      "Upload-Length": String(entry.size),
      "Upload-Metadata": `filename ${utf8Base64(entry.name.slice(-500))}`,
    };
    const xhr = await request("POST", `${token}/files`, { headers });
    const url = new URL(xhr.getResponseHeader("Location"), new URL(`${token}/files`, location.href));
    if (url.origin !== location.origin) throw new Fault(500);
    Object.assign(entry, { url: url.href, id: url.pathname.split("/").pop(), offset: 0, sent: 0, stale: false });
    remember(entry);
  }

  async function askOffset(entry) {
    const xhr = await request("HEAD", entry.url, { headers: TUS });
    const [offset, length] = ["Upload-Offset", "Upload-Length"].map((name) => Number(xhr.getResponseHeader(name)));
    if (length !== entry.size || !(offset >= 0 && offset <= length)) {
      discard(entry.url);
      forgetUpload(entry);
      return;
    }
    Object.assign(entry, { offset, sent: 0, stale: false });
  }

  async function sendSlice(entry) {
    const start = entry.offset;
    const headers = { ...TUS, "Upload-Offset": String(start), "Content-Type": "application/offset+octet-stream" };
    const xhr = await request("PATCH", entry.url, {
      headers,
      body: entry.file.slice(start, Math.min(start + SLICE, entry.size)),
      progress: (loaded) => {
        entry.sent = Math.min(loaded, entry.size - start);
      },
    });
    const offset = Number(xhr.getResponseHeader("Upload-Offset"));
    if (!(offset > start && offset <= entry.size)) throw new Fault(409);
    Object.assign(entry, { offset, sent: 0 });
  }

  async function discard(url) {
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

  // ---- waiting ----

  // Until the time is over, the network is back, or the user does something.
  function wait(seconds, words) {
    return new Promise((resolve) => {
      const isNew = trouble?.words !== words;
      trouble = { words, until: Date.now() + seconds * 1000 };
      if (isNew) announce(say(words, { wait: span(seconds), name: "" }));
      const timer = setTimeout(() => wake(), seconds * 1000);
      wake = () => {
        clearTimeout(timer);
        wake = () => {};
        resolve();
      };
      show();
    });
  }

  function backOff(tries) {
    return Math.min(LONGEST_WAIT_S, 2 ** tries) * (0.75 + Math.random() / 2);
  }

  // What may be otherwise in a moment: no answer, or one that says so.
  const isPassing = ({ status }) => status === 0 || status >= 500 || [408, 423, 425, 429].includes(status);

  const away = () => (navigator.onLine === false ? "offline" : "away");

  // ---- uploading ----

  async function run() {
    if (running || over) return;
    running = true;
    const lock = await stayAwake();
    const ticking = setInterval(show, TICK_MS);
    try {
      for (;;) {
        const next = paused || over ? null : entries.find((entry) => entry.file && !entry.done && !entry.error);
        if (!next) break;
        await upload(next);
      }
    } finally {
      clearInterval(ticking);
      running = false;
      trouble = null;
      samples = [];
      lock?.release().catch(() => {});
      show();
    }
    if (!over && !paused && entries.length && entries.every((entry) => entry.done)) announce(say("all_in"));
    if (sendWanted && !paused) await send();
  }

  async function stayAwake() {
    try {
      return await navigator.wakeLock.request("screen"); // a phone that falls asleep stops uploading
    } catch {
      return null;
    }
  }

  async function upload(entry) {
    let tries = 0;
    while (!over && !paused && entries.includes(entry) && entry.file && !entry.error) {
      try {
        if (entry.id && entry.stale) await askOffset(entry);
        if (!entry.id) await create(entry);
        trouble = null;
        show();
        while (entry.offset < entry.size) {
          if (over || paused || !entries.includes(entry)) throw new Stopped();
          await sendSlice(entry);
          tries = 0;
        }
        entry.done = true;
        announce(`${entry.name}: ${say("in")}`);
        show();
        return;
      } catch (fault) {
        entry.stale = true; // what was on its way is shown until the server says what came
        samples = [];
        if (fault instanceof Stopped) {
          if (paused && entries.includes(entry)) await askOffset(entry).catch(() => {}); // else it would look as if lost
          continue;
        }
        if (!(fault instanceof Fault)) throw fault;
        await recover(entry, fault, tries);
        tries += 1;
      }
    }
  }

  async function recover(entry, fault, tries) {
    if (fault.status === 0 && !(await isReadable(entry))) {
      entry.file = null;
      entry.says = say("unreadable", { name: entry.name });
      announce(entry.says);
    } else if (fault.status === 409) {
      if (tries) await wait(backOff(tries), "away");
    } else if (fault.status === 423) {
      await wait(backOff(tries + 1), "busy");
    } else if (fault.status === 507) {
      await wait(LONGEST_WAIT_S, "full");
    } else if ([403, 404, 410].includes(fault.status)) {
      await lookAgain(entry);
    } else if (isPassing(fault)) {
      await wait(backOff(tries), away());
    } else {
      entry.error = fault.text || say("refused");
      announce(`${entry.name}: ${entry.error}`);
    }
  }

  // The file, or the whole link, is not there any more: which of them?
  async function lookAgain(entry) {
    let state;
    try {
      state = await readState();
    } catch (fault) {
      if (!endedBy(fault)) await wait(LONGEST_WAIT_S / 3, away());
      return;
    }
    if (state.state !== "open") end(state.state);
    else if (!state.files.some((file) => file.id === entry.id)) forgetUpload(entry);
    else await wait(2, "away");
  }

  async function isReadable(entry) {
    try {
      await entry.file.slice(entry.offset, entry.offset + 1).arrayBuffer();
      return true;
    } catch {
      return false; // it was changed, moved or deleted since it was chosen
    }
  }

  function forgetUpload(entry) {
    remember(entry, true);
    Object.assign(entry, { id: null, url: null, offset: 0, sent: 0, stale: false, done: false });
  }

  // When a file that is to be gone on with was changed last: numbers by the upload's id, nothing else is kept.
  function remember(entry, gone = false) {
    try {
      if (gone) localStorage.removeItem(`threadcut.${entry.id}`);
      else localStorage.setItem(`threadcut.${entry.id}`, String(entry.file.lastModified));
    } catch {
      // a browser that keeps nothing
    }
  }

  function isChanged(entry, file) {
    try {
      const kept = localStorage.getItem(`threadcut.${entry.id}`);
      return kept !== null && kept !== String(file.lastModified);
    } catch {
      return false;
    }
  }

  // ---- the list ----

  // The server cleans names, so what it gives back is compared by letters and digits alone.
  const bare = (name) => name.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "").slice(-60);
  const alike = (entry, file) => bare(entry.name) === bare(file.name);

  async function add(files, folders = []) {
    await loaded;
    if (over || sending) return;
    const lines = folders.map((name) => say("folder", { name }));
    const added = [];
    const left = [];
    for (const file of files) {
      const line = addOne(file);
      if (line === null) left.push(file.name);
      else if (line) lines.push(line);
      else added.push(file.name);
    }
    if (left.length) lines.push(say("too_many", { most, names: left.join(", ") }));
    notice(...lines);
    if (added.length) announce(say("added", { names: added.join(", ") }));
    show();
    run();
  }

  // One line where the file is not taken, or not simply; nothing where it is; null where there is no place for it.
  function addOne(file) {
    const name = file.name;
    if (file.size === 0) return say("empty", { name });
    if (file.size > limit) return say("too_large", { name, size: size(file.size), limit: size(limit) });
    const lost = entries.filter((entry) => !entry.file && !entry.done && alike(entry, file));
    const same = lost.find((entry) => entry.size === file.size);
    if (same && !isChanged(same, file)) return void Object.assign(same, { file, stale: true, says: "" });
    const anew = same ?? lost[0];
    if (anew) {
      const line = say(same ? "changed" : "other_size", { name });
      if (anew.url) discard(anew.url);
      forgetUpload(anew);
      Object.assign(anew, { file, size: file.size, says: "" });
      return line;
    }
    const twin = entries.find((entry) => alike(entry, file) && entry.size === file.size && !entry.error);
    if (twin && (!twin.file || twin.file.lastModified === file.lastModified)) return say("twice", { name });
    if (entries.length >= most) return null;
    entries.push(makeEntry({ name, size: file.size, file }));
    return "";
  }

  function makeEntry(facts) {
    const entry = {
      id: null, url: null, name: "", size: 0, offset: 0, sent: 0, file: null, done: false, stale: false, error: "",
      says: "", ...facts,
    };
    const row = at("file").content.firstElementChild.cloneNode(true);
    const part = (name) => row.querySelector(`.${name}`);
    entry.row = row;
    entry.parts = { up: part("up"), down: part("down"), says: part("says"), again: part("again") };
    entry.parts.bar = row.querySelector("progress");
    part("name").textContent = entry.name;
    entry.parts.bar.setAttribute("aria-label", entry.name);
    for (const [tool, act] of [["up", () => move(entry, -1)], ["down", () => move(entry, 1)], ["remove", () => remove(entry)]]) {
      part(tool).setAttribute("aria-label", say(tool, { name: entry.name }));
      part(tool).title = say(tool, { name: entry.name });
      part(tool).addEventListener("click", act);
    }
    entry.parts.again.addEventListener("click", () => at("choose").click());
    return entry;
  }

  function move(entry, by) {
    const from = entries.indexOf(entry);
    const to = from + by;
    if (sending || to < 0 || to >= entries.length) return;
    const pressed = document.activeElement;
    entries.splice(from, 1);
    entries.splice(to, 0, entry);
    show();
    pressed?.focus();
    announce(say("moved", { name: entry.name, place: to + 1, total: entries.length }));
  }

  function remove(entry) {
    if (sending) return;
    const place = entries.indexOf(entry);
    entries.splice(place, 1);
    if (entry.url) {
      if (current?.url === entry.url) current.stop();
      discard(entry.url);
      remember(entry, true);
    }
    wake();
    notice();
    show();
    const next = entries[place] ?? entries[place - 1];
    (next ? next.row.querySelector(".remove") : at("choose")).focus();
    announce(say("removed", { name: entry.name }));
    run();
  }

  // ---- what is seen ----

  const isUp = (entry) => (entry.done ? entry.size : Math.min(entry.size, entry.offset + entry.sent));
  const isOpen = (entry) => !entry.done && !entry.error;

  function show() {
    if (over) return;
    const list = at("files");
    entries.forEach((entry, place) => {
      if (list.children[place] !== entry.row) list.insertBefore(entry.row, list.children[place] ?? null);
      showEntry(entry, place);
    });
    while (list.children.length > entries.length) list.lastElementChild.remove();
    at("batch").hidden = entries.length === 0;
    at("drop").classList.toggle("small", entries.length > 0);
    showTotal();
    showSend();
  }

  function showEntry(entry, place) {
    const { up, down, says, again, bar } = entry.parts;
    up.setAttribute("aria-disabled", String(place === 0));
    down.setAttribute("aria-disabled", String(place === entries.length - 1));
    bar.value = isUp(entry) / Math.max(1, entry.size);
    bar.hidden = entry.done || Boolean(entry.error);
    again.hidden = Boolean(entry.file) || entry.done;
    says.className = `says${entry.done ? " good" : entry.error || entry.says ? " bad" : ""}`;
    put(says, wordsOf(entry));
  }

  function wordsOf(entry) {
    if (entry.error) return entry.error;
    if (entry.done) return `${say("in")} · ${size(entry.size)}`;
    if (!entry.file) return entry.says || say("again", { percent: percent(entry.offset, entry.size) });
    if (paused && isUp(entry)) return say("paused", { percent: percent(isUp(entry), entry.size) });
    const first = entries.find((one) => one.file && isOpen(one)) === entry;
    if (!isUp(entry) && !first) return `${say("waiting")} · ${size(entry.size)}`;
    return `${percent(isUp(entry), entry.size)} · ${say("of", { done: size(isUp(entry)), total: size(entry.size) })}`;
  }

  function showTotal() {
    const counted = entries.filter((entry) => !entry.error);
    const total = counted.reduce((sum, entry) => sum + entry.size, 0);
    const up = counted.reduce((sum, entry) => sum + isUp(entry), 0);
    const open = entries.some((entry) => entry.file && isOpen(entry));
    at("total").hidden = !open;
    at("pause").textContent = say(paused ? "resume" : "pause");
    at("total-bar").value = up / Math.max(1, total);
    put(at("total-says"), progressWords(up, total));
    document.title = open ? `${percent(up, total)} · ${title}` : title;
    const waits = trouble && !paused;
    at("trouble").hidden = !waits;
    if (waits) {
      const left = Math.max(1, (trouble.until - Date.now()) / 1000);
      put(at("trouble"), say(trouble.words, { wait: span(left), name: "" }));
    }
  }

  function progressWords(up, total) {
    const fields = { done: size(up), total: size(total) };
    const speed = running && !trouble && !paused ? measure(up) : 0;
    if (!speed) return say("of", fields);
    return say("running", { ...fields, speed: size(speed), left: span((total - up) / speed) });
  }

  // Bytes a second over the last seconds; 0 where that cannot be told yet.
  function measure(up) {
    const now = performance.now();
    samples = samples.filter(([time, bytes]) => now - time < SPEED_MS && bytes <= up);
    samples.push([now, up]);
    const [first, bytes] = samples[0];
    return now - first > 2 * TICK_MS ? (1000 * (up - bytes)) / (now - first) : 0;
  }

  function showSend() {
    at("send").hidden = sendWanted;
    at("unsend").hidden = !sendWanted;
    put(at("send-says"), sending ? say("sending") : sendWanted ? say("send_waiting") : "");
    at("words").readOnly = sending;
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  // ---- sending ----

  function blocked() {
    if (!entries.length) return say("nothing");
    if (entries.some((entry) => entry.error)) return say("failed");
    if (entries.some((entry) => !entry.file && !entry.done)) return say("unfinished");
    return "";
  }

  function wantSend(event) {
    event.preventDefault();
    const line = blocked();
    notice(line);
    if (line) {
      (entries.find((entry) => entry.error || (!entry.file && !entry.done))?.row ?? at("drop")).scrollIntoView({ block: "nearest" });
      return;
    }
    sendWanted = true;
    if (paused) resume();
    show();
    if (entries.every((entry) => entry.done)) send();
    else {
      announce(say("send_waiting"));
      at("unsend").focus();
      run();
    }
  }

  async function send() {
    if (sending || over) return;
    const line = blocked();
    if (line || !entries.every((entry) => entry.done)) {
      if (line) refuseSend(line);
      return;
    }
    sending = true;
    show();
    announce(say("sending"));
    for (let tries = 0; sendWanted && !over; tries += 1) {
      try {
        const body = JSON.stringify({ words: at("words").value.trim(), files: entries.map((entry) => entry.id) });
        await request("POST", `${token}/send`, { headers: { "Content-Type": "application/json" }, body });
        end("sent");
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (endedBy(fault)) return;
        if (!isPassing(fault)) {
          refuseSend(fault.text || say("refused"));
          await reconcile();
          return;
        }
        // Sent again where no answer came: the server takes a batch once.
        notice(fault.text || say(away() === "offline" ? "offline" : "away_now"));
        await wait(backOff(tries), away());
      }
    }
    if (over) return;
    sending = false;
    trouble = null;
    show();
  }

  function refuseSend(line) {
    sendWanted = false;
    sending = false;
    notice(line);
    show();
    at("send").focus();
  }

  // What the server has may be less than was thought: files that are gone are uploaded anew, or asked for.
  async function reconcile() {
    try {
      const state = await readState();
      for (const entry of entries) {
        const kept = state.files.find((file) => file.id === entry.id);
        if (!kept) forgetUpload(entry);
        else if (!kept.done) Object.assign(entry, { done: false, stale: true, offset: kept.offset });
      }
    } catch {
      // the next attempt finds it out
    }
    show();
    run();
  }

  // ---- the end ----

  function endedBy(fault) {
    if (![403, 404, 410].includes(fault.status) || ["gone", "not_allowed"].includes(fault.key)) return false;
    end(fault.key === "sent" || fault.key === "expired" ? fault.key : "closed", fault.text);
    return true;
  }

  function end(how, text = "") {
    if (over) return;
    over = true;
    current?.stop();
    wake();
    for (const entry of entries) if (entry.id) remember(entry, true);
    for (const id of ["intro", "facts", "app"]) at(id).hidden = true;
    at("over").hidden = false;
    at("over-title").textContent = said[`${how}_title`] ?? said.closed_title;
    at("over-says").textContent = how === "sent" ? said.sent_text : text || (said[`${how}_text`] ?? said.closed_text);
    document.querySelector("main").className = "short";
    document.title = at("over-title").textContent;
    document.querySelector(".back")?.classList.add("button");
    at("over-title").focus();
  }

  async function closeLink() {
    at("close-now").disabled = true;
    current?.stop();
    paused = true;
    try {
      await request("DELETE", token);
      end("closed");
    } catch (fault) {
      at("close-now").disabled = false;
      if (!endedBy(fault)) notice(say("away_now"));
      show();
    }
  }

  function askClose(sure) {
    at("sure").hidden = !sure;
    at("close").hidden = sure;
    (sure ? at("keep") : at("close")).focus();
  }

  // ---- beginning ----

  function pause() {
    paused = true;
    current?.stop();
    wake();
    announce(say("stopped"));
    show();
  }

  function resume() {
    paused = false;
    announce(say("going_on"));
    show();
    run();
  }

  function dropped(event) {
    event.preventDefault();
    document.body.classList.remove("over");
    const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === "file");
    const folders = items.map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory).map((entry) => entry.name);
    const files = [...(event.dataTransfer?.files ?? [])].filter((file) => !folders.includes(file.name));
    if (files.length || folders.length) add(files, folders);
  }

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  function listen() {
    at("choose").addEventListener("change", (event) => {
      const files = [...event.target.files];
      event.target.value = ""; // the same file can be chosen again
      add(files);
    });
    document.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      document.body.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) document.body.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      if (holdsFiles(event)) dropped(event);
    });
    at("pause").addEventListener("click", () => (paused ? resume() : pause()));
    at("form").addEventListener("submit", wantSend);
    at("unsend").addEventListener("click", () => {
      sendWanted = false;
      notice();
      wake();
      show();
      at("send").focus();
    });
    at("close").addEventListener("click", () => askClose(true));
    at("keep").addEventListener("click", () => askClose(false));
    at("close-now").addEventListener("click", closeLink);
    addEventListener("online", () => {
      announce(say("online"));
      wake();
    });
    addEventListener("beforeunload", (event) => {
      if (!over && (sendWanted || entries.some((entry) => entry.file && isOpen(entry)))) event.preventDefault();
    });
  }

  // What an earlier visit left: a browser cannot open its files again, so they are asked for.
  async function load() {
    for (let tries = 0; !over; tries += 1) {
      try {
        const state = await readState();
        if (state.state !== "open") return end(state.state);
        ({ limit, most } = state);
        for (const { id, name, size: length, offset, done } of state.files) {
          entries.push(makeEntry({ id, url: new URL(`${token}/files/${id}`, location.href).href, name, size: length, offset, done }));
        }
        notice();
        return show();
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (endedBy(fault)) return;
        notice(say("away_now"));
        await wait(backOff(tries), away());
      }
    }
  }

  listen();
  at("app").hidden = false;
  const loaded = load();
})();
