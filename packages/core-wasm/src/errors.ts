/** The errors alone, for packages that need no kernel. */
export * from "./runtime/errors.js";
