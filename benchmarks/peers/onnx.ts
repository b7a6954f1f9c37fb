// Writes ONNX models: as much of the format (onnx.proto, a Protocol Buffers schema) as the benches need to hand
// onnxruntime-web a graph. Field numbers are those of the schema.

/** A constant of the graph. */
export interface Constant {
  name: string;
  dims: readonly number[];
  data: Float32Array | BigInt64Array;
}

export interface Node {
  type: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** A number is an INT if it is an integer and is not named in `floats`; an array is INTS. */
  attributes?: Record<string, number | readonly number[]>;
  floats?: Record<string, number>;
}

/** An input or output of float32 and its shape. */
export interface Value {
  name: string;
  dims: readonly number[];
}

export interface Graph {
  nodes: readonly Node[];
  inputs: readonly Value[];
  outputs: readonly Value[];
  constants?: readonly Constant[];
}

const [floatType, int64Type] = [1, 7];
/** The version of the operators: 20 is the first with Gelu. */
const opset = 20;
const irVersion = 9;

export function encodeModel({ nodes, inputs, outputs, constants = [] }: Graph): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => message(1, encodeNode(node))),
    ...text(2, "bench"),
    ...constants.flatMap((constant) => message(5, encodeConstant(constant))),
    ...inputs.flatMap((value) => message(11, encodeValue(value))),
    ...outputs.flatMap((value) => message(12, encodeValue(value))),
  ];
  return join([...integer(1, irVersion), ...message(7, graph), ...message(8, integer(2, opset))]);
}

function encodeNode({ type, inputs, outputs, attributes = {}, floats = {} }: Node): Uint8Array[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...outputs.flatMap((name) => text(2, name)),
    ...text(4, type),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      message(
        5,
        typeof value === "number"
          ? [...text(1, name), ...integer(3, value), ...integer(20, 2)]
          : [...text(1, name), ...value.flatMap((item) => integer(8, item)), ...integer(20, 7)],
      ),
    ),
    ...Object.entries(floats).flatMap(([name, value]) =>
      message(5, [...text(1, name), ...float(2, value), ...integer(20, 1)]),
    ),
  ];
}

function encodeConstant({ name, dims, data }: Constant): Uint8Array[] {
  return [
    ...dims.flatMap((dim) => integer(1, dim)),
    ...integer(2, data instanceof Float32Array ? floatType : int64Type),
    ...text(8, name),
    ...bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function encodeValue({ name, dims }: Value): Uint8Array[] {
  const shape = dims.flatMap((dim) => message(1, integer(1, dim)));
  return [...text(1, name), ...message(2, message(1, [...integer(1, floatType), ...message(2, shape)]))];
}

// Protocol Buffers: a field is a key (its number and its wire type), then a varint (0), four bytes (5), or a length and bytes (2).

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest >= 128n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...out, Number(rest)]);
}

function integer(field: number, value: number): Uint8Array[] {
  return [varint(field << 3), varint(value)];
}

function float(field: number, value: number): Uint8Array[] {
  return [varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)];
}

function bytes(field: number, value: Uint8Array): Uint8Array[] {
  return [varint((field << 3) | 2), varint(value.length), value];
}

function text(field: number, value: string): Uint8Array[] {
  return bytes(field, new TextEncoder().encode(value));
}

function message(field: number, parts: Uint8Array[]): Uint8Array[] {
  return bytes(field, join(parts));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
