// One request, and what can be wrong with it.

const IDLE_MS = 30000;
const ANSWER_MS = 120000;

let current = null; // the request that carries bytes now

export class Fault extends Error {
  // `status` 0: no answer came. `key` and `text` are the server's own, the text in the reader's language.
  constructor(status, key = "", text = "") {
    super(key || String(status));
    Object.assign(this, { status, key, text });
  }
}

export class Stopped extends Error {} // by the user: paused, removed, closed

// What may be otherwise in a moment: no answer, or one that says so.
export const isPassing = ({ status }) => status === 0 || status >= 500 || [408, 423, 425, 429].includes(status);

// Resolves with the answered request. Rejects with a Fault where there is no answer or no good one, and Stopped.
export function request(method, url, { headers = {}, body = null, progress = null } = {}) {
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

// Stop the request that carries bytes now: any, or the one to this address.
export function stopCurrent(url = null) {
  if (url === null || current?.url === url) current?.stop();
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
