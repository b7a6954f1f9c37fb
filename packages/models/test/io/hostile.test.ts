import { FormatError } from "@lanewise/core-wasm";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../../src/io/index.js";
import { fileOf } from "./files.js";

const info = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
const one = (dtype: string, shape: string, offsets: string): string => `{"x":${info(dtype, shape, offsets)}}`;
const two = (first: string, second: string): string =>
  `{"x":${info('"U8"', "[4]", first)},"y":${info('"U8"', "[4]", second)}}`;
const data = [0, 0, 0, 0, 0, 0, 0, 0];
const header = one('"F32"', "[2]", "[0,8]");

/** What is wrong, the file, and what the message must name: what was expected, and what came. */
const hostile: [title: string, file: Uint8Array, ...named: string[]][] = [
  ["no bytes at all", new Uint8Array(0), "at least 8 bytes", "got 0 bytes"],
  ["a length cut short", new Uint8Array(7), "at least 8 bytes", "got 7 bytes"],
  ["an empty header", fileOf(""), 'beginning with "{"', "an empty header"],
  ["a header beyond the file", fileOf(header, data, 1000n), "1000 bytes", `got ${header.length + 8} bytes`],
  ["a header that takes one byte too many", fileOf("{}", [], 3n), "3 bytes", "got 2 bytes"],
  ["a header beyond 100 MB", fileOf("{}", [], 100_000_001n), "at most 100000000", "100000001 bytes"],
  [
    "a header of 2^64 - 1 bytes",
    fileOf("{}", [], 2n ** 64n - 1n),
    "at most 100000000",
    "18446744073709551615",
  ],
  ["a header of 2^53 + 1 bytes", fileOf("{}", [], 2n ** 53n + 1n), "at most 100000000", "9007199254740993"],
  ["another format", fileOf("PK\u0003\u0004", data), 'beginning with "{"', "the byte 80"],
  ["a byte order mark", fileOf("\ufeff{}"), 'beginning with "{"', "the byte 239"],
  ["space before the header", fileOf(" {}"), 'beginning with "{"', "the byte 32"],
  ["a header of zeros", fileOf(new Uint8Array(16)), 'beginning with "{"', "the byte 0"],
  ["bytes that are no UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), "UTF-8", "other bytes"],
  [
    "UTF-8 cut within a character",
    fileOf(Uint8Array.of(0x7b, 0x22, 0xf0, 0x9f, 0x98)),
    "UTF-8",
    "other bytes",
  ],
  ["an array", fileOf("[]"), 'beginning with "{"', "the byte 91"],
  ["a string", fileOf('"x"'), 'beginning with "{"', "the byte 34"],
  ["JSON cut short", fileOf('{"x":{"dtype":"F3'), "a string that ends", '"\\"F3"'],
  ["JSON cut short after a backslash", fileOf('{"x\\'), "a string that ends", '"\\"x'],
  ["JSON cut short after a name", fileOf('{"x"'), '":" after a name at character 4', "got its end"],
  ["JSON cut short after a colon", fileOf('{"x":'), "a JSON value at character 5", "got its end"],
  ["JSON cut short in an array", fileOf('{"x":[1'), '"," or "]"', "got its end"],
  ["JSON cut short in an object", fileOf('{"x":1'), '"," or "}"', "got its end"],
  ["a comma at the end", fileOf('{"x":1,}'), "a name in quotation marks at character 7", '"}"'],
  ["a comma at the end of an array", fileOf('{"x":[1,]}'), "a JSON value at character 8", '"]}"'],
  ["a name without quotation marks", fileOf("{x:1}"), "a name in quotation marks", '"x:1}"'],
  ["single quotation marks", fileOf("{'x':1}"), "a name in quotation marks", "'x'"],
  ["a comment", fileOf("{/**/}"), "a name in quotation marks", "/**/"],
  ["a line break in a name", fileOf('{"x\n":1}'), "control characters", "x\\n"],
  ["an escape that JSON has not", fileOf('{"\\x41":1}'), "unknown escapes", "x41"],
  ["half of a surrogate pair", fileOf('{"\\ud800":1}'), "whole Unicode characters", "ud800"],
  [
    "something after the object",
    fileOf("{} {}"),
    "nothing but spaces after the object at character 3",
    '"{}"',
  ],
  ["zeros after the object", fileOf("{}\0\0"), "nothing but spaces after the object", "u0000"],
  ["nesting without end", fileOf(`{"x":${"[".repeat(100_000)}`), "nesting no deeper than 128", "deeper"],
  ["objects without end", fileOf('{"x":'.repeat(100_000)), "nesting no deeper than 128", "deeper"],
  [
    "a tensor twice",
    fileOf(`{"x":${info('"U8"', "[8]", "[0,8]")},"x":${info('"U8"', "[8]", "[0,8]")}}`, data),
    '"x" twice',
  ],
  ["a tensor twice, once escaped", fileOf('{"x":1,"\\u0078":1}'), "each name once", '"x" twice'],
  ["the metadata twice", fileOf('{"__metadata__":{},"__metadata__":{}}'), '"__metadata__" twice'],
  ["a key of the metadata twice", fileOf('{"__metadata__":{"a":"1","a":"1"}}'), '"a" twice'],
  ["an offset twice", fileOf('{"x":{"shape":[8],"shape":[8]}}', data), '"shape" twice'],
  ["__proto__ twice", fileOf('{"__proto__":1,"__proto__":1}'), '"__proto__" twice'],
  ["metadata that is a string", fileOf('{"__metadata__":"x"}'), "__metadata__: expected an object", '"x"'],
  ["metadata that is null", fileOf('{"__metadata__":null}'), "__metadata__: expected an object", "null"],
  [
    "metadata with a number",
    fileOf('{"__metadata__":{"a":1}}'),
    '__metadata__."a": expected a string',
    "got 1",
  ],
  ["metadata with an object", fileOf('{"__metadata__":{"a":{}}}'), "a string", "got an object"],
  ["metadata with null", fileOf('{"__metadata__":{"a":null}}'), "a string", "got null"],
  ["a tensor that is null", fileOf('{"x":null}'), 'tensor "x": expected an object', "null"],
  ["a tensor that is an array", fileOf('{"x":[]}'), 'tensor "x": expected an object', "an array"],
  ["__proto__ that is no tensor", fileOf('{"__proto__":{}}'), 'tensor "__proto__" dtype', "got nothing"],
  [
    "no element type",
    fileOf('{"x":{"shape":[8],"data_offsets":[0,8]}}', data),
    'tensor "x" dtype',
    "got nothing",
  ],
  ["an unknown element type", fileOf(one('"F128"', "[1]", "[0,8]"), data), "F64", "BF16", 'got "F128"'],
  ["an element type in small letters", fileOf(one('"f32"', "[2]", "[0,8]"), data), "F32", 'got "f32"'],
  ["an element type that is a number", fileOf(one("32", "[2]", "[0,8]"), data), "F32", "got 32"],
  [
    "an element type off the prototype",
    fileOf(one('"constructor"', "[2]", "[0,8]"), data),
    'got "constructor"',
  ],
  ["no shape", fileOf('{"x":{"dtype":"U8","data_offsets":[0,8]}}', data), 'tensor "x" shape', "got nothing"],
  ["a shape that is a number", fileOf(one('"U8"', "8", "[0,8]"), data), "an array of whole numbers", "got 8"],
  ["a shape with a string", fileOf(one('"U8"', '["8"]', "[0,8]"), data), "whole numbers from 0", 'got "8"'],
  ["a shape with null", fileOf(one('"U8"', "[null]", "[0,8]"), data), "whole numbers from 0", "got null"],
  ["a negative size", fileOf(one('"U8"', "[-8]", "[0,8]"), data), "whole numbers from 0", "got -8"],
  ["two negative sizes", fileOf(one('"U8"', "[-2,-4]", "[0,8]"), data), "whole numbers from 0", "got -2"],
  ["minus zero", fileOf(one('"U8"', "[-0]", "[0,0]")), "whole numbers from 0", "got -0"],
  ["a fractional size", fileOf(one('"U8"', "[1.5]", "[0,8]"), data), "whole numbers from 0", "got 1.5"],
  ["a size with a fraction of zero", fileOf(one('"U8"', "[8.0]", "[0,8]"), data), "got 8.0"],
  ["a size with an exponent", fileOf(one('"U8"', "[8e0]", "[0,8]"), data), "got 8e0"],
  ["a leading zero", fileOf(one('"U8"', "[08]", "[0,8]"), data), "a JSON value", "08"],
  ["hexadecimal", fileOf(one('"U8"', "[0x8]", "[0,8]"), data), '"," or "]"', "x8"],
  [
    "a size of 2^53",
    fileOf(one('"U8"', "[9007199254740992]", "[0,8]"), data),
    "2^53 - 1",
    "9007199254740992",
  ],
  [
    "a size of 2^53 + 1",
    fileOf(one('"U8"', "[9007199254740993]", "[0,8]"), data),
    "2^53 - 1",
    "9007199254740993",
  ],
  ["a size of 1e400", fileOf(one('"U8"', "[1e400]", "[0,8]"), data), "2^53 - 1", "1e400"],
  [
    "a size of a thousand digits",
    fileOf(one('"U8"', `[${"9".repeat(1000)}]`, "[0,8]"), data),
    "400 characters",
  ],
  [
    "sizes whose product overflows",
    fileOf(one('"F64"', "[4294967296,4294967296]", "[0,8]"), data),
    "2^53 - 1 bytes",
  ],
  [
    "sizes whose product wraps to 8 in 64 bits",
    fileOf(one('"U8"', "[4294967296,4294967296,8]", "[0,8]"), data),
    "2^53 - 1 bytes",
  ],
  ["sizes whose bytes overflow", fileOf(one('"F64"', "[9007199254740991]", "[0,8]"), data), "2^53 - 1 bytes"],
  [
    "an overflow that a zero would hide",
    fileOf(one('"U8"', "[9007199254740991,9007199254740991,0]", "[0,0]")),
    "2^53 - 1 bytes",
  ],
  [
    "a claim of a petabyte",
    fileOf(one('"F32"', "[250000000000000]", "[0,1000000000000000]"), data),
    "end ≤ 8",
    "[0, 1000000000000000]",
  ],
  ["no offsets", fileOf('{"x":{"dtype":"U8","shape":[8]}}', data), 'tensor "x" data_offsets', "got nothing"],
  ["one offset", fileOf(one('"U8"', "[8]", "[8]"), data), "two numbers", "got 1"],
  ["three offsets", fileOf(one('"U8"', "[8]", "[0,8,8]"), data), "two numbers", "got 3"],
  ["offsets backwards", fileOf(one('"U8"', "[8]", "[8,0]"), data), "0 ≤ begin ≤ end ≤ 8", "[8, 0]"],
  ["negative offsets", fileOf(one('"U8"', "[8]", "[-8,0]"), data), "whole numbers from 0", "got -8"],
  ["NaN as an offset", fileOf(one('"U8"', "[8]", "[NaN,8]"), data), "a JSON value", "NaN"],
  ["Infinity as an offset", fileOf(one('"U8"', "[8]", "[0,Infinity]"), data), "a JSON value", "Infinity"],
  ["null as an offset", fileOf(one('"U8"', "[8]", "[null,8]"), data), "whole numbers from 0", "got null"],
  ["fractional offsets", fileOf(one('"U8"', "[8]", "[0.5,8.5]"), data), "whole numbers from 0", "got 0.5"],
  ["offsets beyond the data", fileOf(one('"F32"', "[2]", "[0,8]"), data.slice(1)), "end ≤ 7", "[0, 8]"],
  [
    "offsets into the header",
    fileOf(one('"U8"', "[8]", "[18446744073709551608,8]"), data),
    "18446744073709551608",
  ],
  [
    "too few bytes for the shape",
    fileOf(one('"F32"', "[3]", "[0,8]"), data),
    "12 bytes for F32 [3]",
    "got 8 bytes",
  ],
  [
    "too many bytes for the shape",
    fileOf(one('"F32"', "[1]", "[0,8]"), data),
    "4 bytes for F32 [1]",
    "got 8 bytes",
  ],
  [
    "bytes for an empty shape",
    fileOf(one('"F32"', "[0]", "[0,8]"), data),
    "0 bytes for F32 [0]",
    "got 8 bytes",
  ],
  ["no bytes for a scalar", fileOf(one('"U8"', "[]", "[0,0]")), "1 bytes for U8 []", "got 0 bytes"],
  ["data without a tensor", fileOf("{}", data), "0 bytes, by the tensors' offsets", "got 8 bytes"],
  ["data after the last tensor", fileOf(header, [...data, 0]), "8 bytes", "got 9 bytes"],
  ["a hole at the start", fileOf(one('"U8"', "[4]", "[4,8]"), data), "at byte 0", 'a hole: "x" begins at 4'],
  [
    "a hole in the middle",
    fileOf(two("[0,4]", "[5,9]"), [...data, 0]),
    "at byte 4",
    'a hole: "y" begins at 5',
  ],
  ["an overlap", fileOf(two("[0,4]", "[3,7]"), data.slice(1)), "at byte 4", 'an overlap: "y" begins at 3'],
  ["two tensors in one place", fileOf(two("[0,4]", "[0,4]"), data.slice(4)), "at byte 4", "an overlap"],
  [
    "an empty tensor within another",
    fileOf(`{"x":${info('"U8"', "[8]", "[0,8]")},"y":${info('"U8"', "[0]", "[4,4]")}}`, data),
    "at byte 8",
    "an overlap",
  ],
];

describe("a file that is not what it claims to be is a FormatError", () => {
  it.each(hostile)("%s", (_title, file, ...named) => {
    let error: unknown;
    try {
      readSafetensors(file);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormatError);
    const { message } = error as FormatError;
    for (const part of named) expect(message).toContain(part);
    expect(message).toMatch(/expected .+, got .+/s);
    expect(message.length).toBeLessThan(400);
  });

  it("with a message of decent length for a name of a megabyte", () => {
    const name = "n".repeat(1_000_000);
    expect(() => readSafetensors(fileOf(`{"${name}":{"dtype":"F99"}}`))).toThrow(
      /^tensor "n{57}\.\.\." dtype: expected.{0,300}$/,
    );
  });

  it("for every truncation of a good file", () => {
    const file = fileOf(`{"__metadata__":{"a":"ü"},${header.slice(1)}`, data);
    expect(readSafetensors(file).tensors.size).toBe(1);
    for (let length = 0; length < file.length; length++) {
      expect(() => readSafetensors(file.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
    expect(() => readSafetensors(Uint8Array.of(...file, 0))).toThrow(FormatError);
  });
});

describe("what only looks hostile is read", () => {
  it("__proto__ as a tensor's name and a metadata key", () => {
    const file = fileOf(
      `{"__metadata__":{"__proto__":"polluted"},"__proto__":${info('"U8"', "[8]", "[0,8]")}}`,
      data,
    );
    const { tensors, metadata } = readSafetensors(file);
    expect(Array.from(tensors.keys())).toEqual(["__proto__"]);
    expect(Object.entries(metadata)).toEqual([["__proto__", "polluted"]]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("empty tensors before, between and after others", () => {
    const empty = (at: number): string => info('"F64"', "[0,3]", `[${at},${at}]`);
    const file = fileOf(
      `{"d":${empty(8)},"c":${info('"U8"', "[4]", "[4,8]")},"b":${empty(4)},"a":${info('"U8"', "[4]", "[0,4]")},"z":${empty(0)}}`,
      data,
    );
    const { tensors } = readSafetensors(file);
    expect(Array.from(tensors.keys())).toEqual(["z", "a", "b", "c", "d"]);
    expect(tensors.get("d")!.toFloat32()).toEqual(new Float32Array(0));
  });

  it("an empty object", () => {
    expect(readSafetensors(fileOf("{}"))).toEqual({ tensors: new Map(), metadata: {} });
    expect(readSafetensors(fileOf('{ "__metadata__" : { } }   ')).metadata).toEqual({});
  });

  it("nesting to the limit in a member that means nothing", () => {
    const note = "[".repeat(126) + "]".repeat(126);
    const file = fileOf(`{"x":{"note":${note},"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`);
    expect(readSafetensors(file).tensors.size).toBe(1);
  });

  it("a shape with many sizes", () => {
    const file = fileOf(one('"U8"', `[${"1,".repeat(99_999)}8]`, "[0,8]"), data);
    expect(readSafetensors(file).tensors.get("x")!.size).toBe(8);
  });
});
