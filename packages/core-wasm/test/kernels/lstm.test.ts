import { lstmBackwardInto, lstmForward, lstmForwardInto, lstmStepInto } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { type Cell, cState, hState, testSequences } from "../sequences.js";
import { describeVariants } from "../variants.js";

const lstm = {
  golden: "lstm",
  gates: 4,
  states: [hState, cState],
  forward: lstmForward,
  forwardInto: lstmForwardInto,
  backwardInto: lstmBackwardInto,
  stepInto: ([h, c]: Float32Array[], { x, ...weights }: never, options: never) =>
    lstmStepInto(h!, c!, x, weights, options),
  reference: { forward: reference.lstmForward, backward: reference.lstmBackward },
} as unknown as Cell;

describeVariants("lstm", (runtime) => testSequences(lstm, runtime));
