// Bytes a second over the last seconds.

const SPEED_MS = 8000;
const LEAST_MS = 1000;

let samples = []; // [time, bytes that are up]

// 0 where it cannot be told yet.
export function measure(up) {
  const time = performance.now();
  samples = samples.filter(([earlier, bytes]) => time - earlier < SPEED_MS && bytes <= up);
  samples.push([time, up]);
  const [first, bytes] = samples[0];
  return time - first > LEAST_MS ? (1000 * (up - bytes)) / (time - first) : 0;
}

export function measureAnew() {
  samples = [];
}
