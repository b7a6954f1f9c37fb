import { type Constant, encodeModel, type Graph, type Node } from "./onnx.ts";
import {
  type BertLayer,
  importPeer,
  type LstmStep,
  type Peer,
  peerVersion,
  type Prepared,
  type ProductShape,
  type RowFunction,
} from "./peer.ts";

interface Tensor {
  data: Float32Array;
}
interface Session {
  run: (feeds: Record<string, Tensor>) => Promise<Record<string, Tensor>>;
  release: () => Promise<void>;
}
interface Ort {
  env: { wasm: { numThreads: number }; logLevel: string };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
  InferenceSession: {
    create: (
      model: Uint8Array,
      options: { executionProviders: string[]; graphOptimizationLevel: string },
    ) => Promise<Session>;
  };
}

const name = "onnxruntime-web";

/** Its Wasm backend on one thread. It copies inputs in and outputs out with every run; constants it keeps, packed its way. */
export async function loadOnnxruntime(): Promise<Peer> {
  const loaded = await importPeer<Ort & { default?: Ort }>(name);
  const ort = loaded.default ?? loaded;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";

  async function prepare(graph: Graph, feeds: Record<string, Float32Array>): Promise<Prepared[]> {
    const session = await ort.InferenceSession.create(encodeModel(graph), {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
    });
    const tensors = Object.fromEntries(
      graph.inputs.map((input) => [input.name, new ort.Tensor("float32", feeds[input.name]!, input.dims)]),
    );
    const run = (): Promise<Record<string, Tensor>> => session.run(tensors);
    return [
      {
        copies: true,
        run,
        output: async () => (await run())[graph.outputs[0]!.name]!.data,
        dispose: () => session.release(),
      },
    ];
  }

  return {
    name,
    version: peerVersion(name),
    product: ({ m, n, k }, a, b) => prepare(productGraph({ m, n, k }, b), { a }),
    rowFunction(kind, [x, y], rows, cols) {
      const feeds = kind === "add" ? { x: x!, y: y! } : { x: x! };
      return prepare(rowFunctionGraph(kind, rows, cols), feeds);
    },
    lstmStep: (step) => prepare(lstmGraph(step), { x: step.x, h: step.h, c: step.c }),
    bertLayer: (layer) => prepare(bertGraph(layer), { x: layer.x }),
  };
}

/** B is a constant, so that the runtime packs it once: as the weight of a linear layer. */
function productGraph({ m, n, k }: ProductShape, b: Float32Array): Graph {
  return {
    nodes: [{ type: "MatMul", inputs: ["a", "b"], outputs: ["out"] }],
    inputs: [{ name: "a", dims: [m, k] }],
    outputs: [{ name: "out", dims: [m, n] }],
    constants: [{ name: "b", dims: [k, n], data: b }],
  };
}

function rowFunctionGraph(kind: RowFunction, rows: number, cols: number): Graph {
  const dims = [rows, cols];
  const nodes: Record<RowFunction, Node> = {
    softmax: { type: "Softmax", inputs: ["x"], outputs: ["out"], attributes: { axis: -1 } },
    exp: { type: "Exp", inputs: ["x"], outputs: ["out"] },
    layerNorm: {
      type: "LayerNormalization",
      inputs: ["x", "gain", "shift"],
      outputs: ["out"],
      attributes: { axis: -1 },
      floats: { epsilon: 1e-5 },
    },
    gelu: { type: "Gelu", inputs: ["x"], outputs: ["out"] },
    add: { type: "Add", inputs: ["x", "y"], outputs: ["out"] },
  };
  return {
    nodes: [nodes[kind]],
    inputs: kind === "add" ? ["x", "y"].map((name) => ({ name, dims })) : [{ name: "x", dims }],
    outputs: [{ name: "out", dims }],
    constants:
      kind === "layerNorm"
        ? [
            { name: "gain", dims: [cols], data: new Float32Array(cols).fill(1) },
            { name: "shift", dims: [cols], data: new Float32Array(cols) },
          ]
        : [],
  };
}

/** ONNX has the gates in the order i, o, f, g, and two biases. */
function lstmGraph({ batch, inputs, hidden, wIh, wHh, bias }: LstmStep): Graph {
  const reordered = (rows: Float32Array): Float32Array => {
    const block = rows.length / 4;
    const out = new Float32Array(rows.length);
    for (const [to, from] of [0, 3, 1, 2].entries()) {
      out.set(rows.subarray(from * block, (from + 1) * block), to * block);
    }
    return out;
  };
  const biases = new Float32Array(8 * hidden);
  biases.set(reordered(bias));
  const state = [1, batch, hidden];
  return {
    nodes: [
      {
        type: "LSTM",
        inputs: ["x", "w", "r", "b", "", "h", "c"],
        outputs: ["", "hNext", "cNext"],
        attributes: { hidden_size: hidden },
      },
    ],
    inputs: [
      { name: "x", dims: [1, batch, inputs] },
      { name: "h", dims: state },
      { name: "c", dims: state },
    ],
    outputs: [
      { name: "hNext", dims: state },
      { name: "cNext", dims: state },
    ],
    constants: [
      { name: "w", dims: [1, 4 * hidden, inputs], data: reordered(wIh) },
      { name: "r", dims: [1, 4 * hidden, hidden], data: reordered(wHh) },
      { name: "b", dims: [1, 8 * hidden], data: biases },
    ],
  };
}

/** The operators that an exporter writes; the runtime fuses of them what it can. */
function bertGraph(layer: BertLayer): Graph {
  const { rows, width, heads, inner, epsilon } = layer;
  const size = width / heads;
  const nodes: Node[] = [];
  const constants: Constant[] = [];
  function constant(name: string, dims: number[], data: Float32Array | BigInt64Array): string {
    constants.push({ name, dims, data });
    return name;
  }
  function node(type: string, inputs: string[], more: Partial<Node> = {}): string {
    const output = `${type}${nodes.length}`;
    nodes.push({ type, inputs, outputs: [output], ...more });
    return output;
  }
  function linear(part: "query" | "key" | "value" | "output" | "up" | "down", x: string): string {
    const { weight, bias } = layer[part];
    const outputs = bias.length;
    const product = node("MatMul", [
      x,
      constant(`${part}.weight`, [weight.length / outputs, outputs], weight),
    ]);
    return node("Add", [product, constant(`${part}.bias`, [outputs], bias)]);
  }
  function norm(part: "attentionNorm" | "outputNorm", x: string): string {
    const { weight, bias } = layer[part];
    const inputs = [x, constant(`${part}.gain`, [width], weight), constant(`${part}.shift`, [width], bias)];
    return node("LayerNormalization", inputs, { attributes: { axis: -1 }, floats: { epsilon } });
  }
  const split = constant("split", [4], BigInt64Array.of(1n, BigInt(rows), BigInt(heads), BigInt(size)));
  const merged = constant("merged", [3], BigInt64Array.of(1n, BigInt(rows), BigInt(width)));
  const scale = constant("scale", [], Float32Array.of(1 / Math.sqrt(size)));
  function inHeads(x: string, perm: number[]): string {
    return node("Transpose", [node("Reshape", [x, split])], { attributes: { perm } });
  }
  const query = inHeads(linear("query", "x"), [0, 2, 1, 3]);
  const key = inHeads(linear("key", "x"), [0, 2, 3, 1]);
  const value = inHeads(linear("value", "x"), [0, 2, 1, 3]);
  const scores = node("Mul", [node("MatMul", [query, key]), scale]);
  const weights = node("Softmax", [scores], { attributes: { axis: -1 } });
  const mixed = node("Transpose", [node("MatMul", [weights, value])], { attributes: { perm: [0, 2, 1, 3] } });
  const attended = linear("output", node("Reshape", [mixed, merged]));
  const middle = norm("attentionNorm", node("Add", [attended, "x"]));
  const wide = node("Gelu", [linear("up", middle)]);
  const last = norm("outputNorm", node("Add", [linear("down", wide), middle]));
  const dims = [1, rows, width];
  if (layer.up.bias.length !== inner)
    throw new Error(`the inner width is ${inner}, and not ${layer.up.bias.length}`);
  return { nodes, inputs: [{ name: "x", dims }], outputs: [{ name: last, dims }], constants };
}
