import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CharRnn, fromTensorFlow } from "../../src/rnn/index.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";

const folder = outsideData("data/charrnn/shakespeare");
const golden = outsideData("golden/charrnn_shakespeare.json");
const missing = !folder || !golden;

interface Golden {
  shakespeare: { seed: string; logits_after_seed: number[]; greedy160: string };
}

/** A TensorFlow variable's file: its elements as float32, little-endian. */
function variable(name: string): Float32Array {
  const bytes = readFileSync(join(folder!, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** [rows, cols] → [cols, rows] */
function transposed(values: Float32Array, rows: number, cols: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * cols + Math.floor(i / rows)]!);
}

/** A two-layer LSTM trained by TensorFlow, by way of the import of its gate order. */
async function loadPretrained(): Promise<CharRnn> {
  const ids = JSON.parse(readFileSync(join(folder!, "vocab.json"), "utf8")) as Record<string, number>;
  const alphabet: string[] = [];
  for (const [symbol, id] of Object.entries(ids)) alphabet[id] = symbol;
  const [hidden, embed, layers] = [128, 128, 2];
  const model = await CharRnn.create({ cell: "lstm", hidden, embed, layers, alphabet });
  model.setWeights({
    "embedding.weight": variable("embedding"),
    "head.weight": transposed(variable("rnnlm_softmax_w"), hidden, alphabet.length),
    "head.bias": variable("rnnlm_softmax_b"),
  });
  for (let layer = 0; layer < layers; layer++) {
    const cell = `rnnlm_multi_rnn_cell_cell_${layer}_basic_lstm_cell`;
    const [kernel, bias] = [variable(`${cell}_weights`), variable(`${cell}_biases`)];
    model.rnn.setWeights(fromTensorFlow({ inputs: layer === 0 ? embed : hidden, hidden, kernel, bias }), {
      layer,
    });
  }
  return model;
}

it.skipIf(missing)(`writes what a pretrained model wrote${missing ? wantsOutsideData : ""}`, async () => {
  const { seed, logits_after_seed, greedy160 } = (JSON.parse(readFileSync(golden!, "utf8")) as Golden)
    .shakespeare;
  const model = await loadPretrained();
  const logits = model.logits(seed);
  const error = Math.max(...logits_after_seed.map((value, id) => Math.abs(value - logits[id]!)));
  expect(error).toBeLessThan(1e-3);
  let text = "";
  for await (const piece of model.generate(seed, { length: 160, temperature: 0 })) text += piece;
  expect(text).toBe(greedy160);
  const restored = await CharRnn.load(model.save());
  expect(restored.logits(seed)).toEqual(logits);
  restored.dispose();
  model.dispose();
});
