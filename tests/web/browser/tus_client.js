// Drives an upload with tus-js-client: `node tus_client.js JSON`, told what to do by its argument.
// Says what happens as lines of JSON. `end` is when to stop by itself: "terminate" the upload at a share of its bytes.
"use strict";

const fs = require("node:fs");
const tus = require("tus-js-client");

const told = JSON.parse(process.argv[2]);
const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");
const RETRY_MS = 300;

const upload = new tus.Upload(fs.createReadStream(told.path), {
  endpoint: told.endpoint,
  uploadUrl: told.url ?? null,
  uploadSize: fs.statSync(told.path).size,
  metadata: { filename: told.name },
  retryDelays: new Array(200).fill(RETRY_MS),
  onUploadUrlAvailable: () => say({ what: "created", url: upload.url }),
  onShouldRetry: (error) => {
    const response = error.originalResponse;
    say({ what: "retry", status: response ? response.getStatus() : 0 });
    return true;
  },
  onProgress: (sent, size) => {
    say({ what: "progress", share: sent / size });
    if (told.terminate && sent / size >= told.terminate) {
      told.terminate = null;
      upload.abort(true).then(() => say({ what: "terminated" }), failed);
    }
  },
  onBeforeRequest: (request) =>
    say({ what: "request", method: request.getMethod(), offset: request.getHeader("Upload-Offset") ?? null }),
  onError: failed,
  onSuccess: () => say({ what: "done", url: upload.url }),
});

function failed(error) {
  say({ what: "failed", text: String(error) });
  process.exitCode = 1;
}

upload.start();
