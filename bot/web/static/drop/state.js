// What is so at this moment, besides the files.

export const now = {
  limit: Infinity, // bytes of a file, and how many files: told by the server
  most: Infinity,
  paused: false,
  running: false,
  sendWanted: false,
  sending: false,
  over: false,
  trouble: null, // { words, until }: why it waits, and until when
};
