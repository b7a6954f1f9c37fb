export { Alphabet, asciiAlphabet } from "./alphabet.js";
export { TextStreams, type TextStreamsOptions } from "./textStreams.js";
