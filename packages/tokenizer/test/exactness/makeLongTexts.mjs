// Asks npm tiktoken for the ids of the long texts, and writes how many they are and their hash (SHA-256 over u32,
// little-endian) to ../golden/tiktokenLongTexts.json. Up to two minutes a text: what the file has already is left as it is.
//
//     node test/exactness/makeLongTexts.mjs
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { get_encoding } from "tiktoken";
import { longTexts } from "./longTexts.mjs";

const file = new URL("../golden/tiktokenLongTexts.json", import.meta.url);
const golden = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
for (const encoding of ["gpt2", "p50k_base", "cl100k_base", "o200k_base"]) {
  const tiktoken = get_encoding(encoding);
  golden[encoding] ??= {};
  for (const [name, text] of Object.entries(longTexts)) {
    if (golden[encoding][name]) continue;
    const ids = tiktoken.encode_ordinary(text());
    const sha256 = createHash("sha256")
      .update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
      .digest("hex");
    golden[encoding][name] = { count: ids.length, sha256 };
    writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);
    console.log(encoding, name, ids.length);
  }
  tiktoken.free();
}
