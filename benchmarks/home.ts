/** This folder, also for what is compiled to `dist/` for Nodes that run no TypeScript. */
export const home: URL = new URL(
  import.meta.url.includes("/benchmarks/dist/") ? "../" : "./",
  import.meta.url,
);
