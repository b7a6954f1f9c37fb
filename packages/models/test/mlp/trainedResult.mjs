// Prints what a run comes to: for another Node as a process, and for a worker.
import { trainedResult } from "./probe.mjs";

console.log(await trainedResult());
