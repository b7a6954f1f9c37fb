export { Alphabet, asciiAlphabet } from "./alphabet.js";
export { asFloats, countRows, type Examples, gatherRows, hashFinite } from "./examples.js";
export { TextStreams, type TextStreamsOptions } from "./textStreams.js";
