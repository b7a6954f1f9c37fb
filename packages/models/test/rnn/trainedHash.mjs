// Prints the hash of a run: for another Node as a process, and for a worker.
import { trainedHash } from "./probe.mjs";

console.log(await trainedHash());
