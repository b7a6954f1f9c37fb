// What each door costs, in gzip. `npm run build` first.

/** A module of kernels, as it is served. */
function wasm(variant, limit) {
  return {
    name: `core-wasm: ${variant}.wasm`,
    path: `packages/core-wasm/dist/wasm/${variant}.wasm`,
    modifyEsbuildConfig: (config) => ({ ...config, loader: { ".wasm": "copy" } }),
    gzip: true,
    limit,
  };
}

/** Everything that a subpath exports, bundled and minified. */
function subpath(name, path, limit, ignore = []) {
  return {
    name,
    path: `packages/${path}.js`,
    ignore,
    modifyEsbuildConfig: (config) => ({ ...config, format: "esm", loader: { ".wasm": "empty" } }),
    gzip: true,
    limit,
  };
}

/** What it takes to count tokens: everything included. */
function encoding(name, limit) {
  const [index, data] = ["index", `encodings/${name}`].map((file) => `packages/tokenizer/dist/${file}.js`);
  return {
    name: `@lanewise/tokenizer with ${name} (everything that is loaded)`,
    path: [index, data],
    import: { [index]: "{ Tokenizer }", [data]: "encoding" },
    ignore: ["../loadDefinition*", "./loadDefinition*", "./chunks/loadDefinition*"], // comes where a definition is loaded
    gzip: true,
    limit,
  };
}

/** A family or a part of the shared floor; the kernels, which all of them share, are counted above. */
function models(part, limit) {
  return subpath(`@lanewise/models/${part} (without the kernels)`, `models/dist/${part}/index`, limit, [
    "@lanewise/core-wasm",
  ]);
}

export default [
  wasm("simd", "60 KB"),
  wasm("relaxed", "60 KB"),
  subpath("@lanewise/core-wasm (both modules inside)", "core-wasm/dist/index", "160 KB"),
  subpath("@lanewise/core-wasm/reference", "core-wasm/dist/reference/index", "20 KB"),
  subpath("@lanewise/core-wasm/threads (both modules inside)", "core-wasm/dist/threads", "150 KB"),
  subpath("@lanewise/core-wasm/url", "core-wasm/dist/url", "1 KB"),
  encoding("gpt2", "200 KB"),
  encoding("cl100k_base", "400 KB"),
  encoding("o200k_base", "800 KB"),
  subpath("@lanewise/tokenizer", "tokenizer/dist/index", "50 KB"),
  subpath("@lanewise/tokenizer/formats", "tokenizer/dist/formats/index", "30 KB"),
  subpath("@lanewise/tokenizer/train", "tokenizer/dist/train/index", "50 KB"),
  models("tensor", "12 KB"),
  models("nn", "12 KB"),
  models("optim", "8 KB"),
  models("losses", "8 KB"),
  models("data", "8 KB"),
  models("io", "12 KB"),
  models("rnn", "40 KB"),
  models("metrics", "8 KB"),
  models("perceptron", "12 KB"),
  models("mlp", "40 KB"),
  models("word2vec", "40 KB"),
  models("smooth", "30 KB"),
];
