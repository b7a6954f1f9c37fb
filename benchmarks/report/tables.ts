import {
  bertTitle,
  cubes,
  lstmTitle,
  matmulTitle,
  productShapes,
  rowFunctions,
  rowFunctionTitle,
} from "../contests/titles.ts";
import type { Measurement } from "../harness.ts";
import { figure, table } from "./markdown.ts";
import { draw } from "./plot.ts";
import { fastest, measured, type PeerResults } from "./results.ts";

const node = 24;

/** A column of the tables and a line of the plot. */
interface Column {
  head: string;
  fits: (one: Measurement) => boolean;
}

const [relaxed, simd] = (["relaxed", "simd"] as const).map((variant): Column => ({
  head: `Lanewise ${variant}`,
  fits: (one) => one.role === "ours" && one.variant === variant && !one.copies,
})) as [Column, Column];

function peer(name: string, copies?: boolean): Column {
  return {
    head: copies === undefined ? name : `${name}, ${copies ? "copied" : "resident"}`,
    fits: (one) => one.role === "peer" && one.name.startsWith(name) && (copies ?? one.copies) === one.copies,
  };
}

function limit(head: string, name: string): Column {
  return { head, fits: (one) => one.role === "limit" && one.name === name };
}

const peers = ["onnxruntime-web", "tfjs-wasm", "numpy-ts", "jax-js"];
const fusedLimit = limit("limit, fused", "limit: fused");
const plainLimit = limit("limit, mul+add", "limit: mul+add, chained");

function gigaflops(results: PeerResults, title: string, { fits }: Column): number | undefined {
  const rate = fastest(measured(results, title, node).filter(fits))?.rate;
  return rate && rate.amount / 1e9;
}

/** GFLOP/s of the products. */
export function productTable(results: PeerResults): string {
  const columns = [relaxed, simd, ...peers.map((name) => peer(name)), fusedLimit, plainLimit];
  return table(
    ["M×N×K", ...columns.map(({ head }) => head)],
    productShapes.map((shape) => [
      `${shape.m}×${shape.n}×${shape.k}`,
      ...columns.map((column) => gigaflops(results, matmulTitle(shape), column)?.toFixed(1) ?? "–"),
    ]),
  );
}

/** Milliseconds of everything else. */
export function timeTable(results: PeerResults): string {
  const columns: Column[] = [
    { ...relaxed, head: "Lanewise, resident" },
    {
      head: "Lanewise, copied",
      fits: (one) => one.role === "ours" && one.variant === "relaxed" && !!one.copies,
    },
    peer("onnxruntime-web"),
    peer("tfjs-wasm", false),
    peer("tfjs-wasm", true),
    peer("numpy-ts"),
    peer("jax-js"),
  ];
  const titles = [...rowFunctions.map(rowFunctionTitle), lstmTitle(1), lstmTitle(32), bertTitle];
  return table(
    ["median ms", ...columns.map(({ head }) => head)],
    titles.map((title) => {
      const all = measured(results, title, node);
      const cells = columns.map(({ fits }) => fastest(all.filter(fits))?.median);
      return [title, ...cells.map((median) => (median === undefined ? "–" : figure(median)))];
    }),
  );
}

/** GFLOP/s of square products over their size, under the limits of both variants. */
export function productPlot(results: PeerResults): string {
  const line = (column: Column): [number, number][] =>
    cubes.flatMap((size): [number, number][] => {
      const rate = gigaflops(results, matmulTitle({ m: size, n: size, k: size }), column);
      return rate === undefined ? [] : [[size, rate]];
    });
  const middle = (column: Column): number => {
    const rates = line(column)
      .map(([, rate]) => rate)
      .sort((a, b) => a - b);
    return rates[rates.length >> 1] ?? 0;
  };
  return draw({
    title: "Square matrix products, f32, one thread",
    x: "M = N = K",
    y: "GFLOP/s",
    series: [relaxed, simd, ...peers.map((name) => peer(name))]
      .map((column) => ({ name: column.head, points: line(column) }))
      .filter(({ points }) => points.length > 0),
    limits: [fusedLimit, plainLimit]
      .map((column) => ({ name: column.head, value: middle(column) }))
      .filter(({ value }) => value > 0),
  });
}
