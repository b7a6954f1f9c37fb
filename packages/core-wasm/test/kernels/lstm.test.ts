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
  stepInto: lstmStepInto,
  reference: { forward: reference.lstmForward, backward: reference.lstmBackward },
} as unknown as Cell;

describeVariants("lstm", (runtime) => testSequences(lstm, runtime));
