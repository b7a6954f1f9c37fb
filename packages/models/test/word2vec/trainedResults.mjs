// Prints what runs come to: for another Node as a process, and for a worker.
import { trainedResults } from "./probe.mjs";

console.log(JSON.stringify(await trainedResults(), undefined, 2));
