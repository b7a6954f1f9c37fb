import { checkNumber, type RandomStream } from "@lanewise/core-wasm";
import { dropout, type Parameter, type Tape, type Tensor } from "../tensor/index.js";
import type { Module } from "./module.js";

/** Drops elements while the tape records, and does nothing inside `noGrad`: training and evaluation need no switch. */
export class Dropout implements Module {
  readonly p: number;
  /** Its state belongs in a checkpoint. */
  readonly stream: RandomStream;

  /** @param p the probability of dropping an element, from 0 to 1. @throws RangeError */
  constructor({ p, stream }: { p: number; stream: RandomStream }) {
    checkNumber("p", p, 0, 1);
    this.p = p;
    this.stream = stream;
  }

  forward(tape: Tape, x: Tensor): Tensor {
    return tape.recording ? dropout(tape, x, this) : x;
  }

  parameters(): Map<string, Parameter> {
    return new Map();
  }
}
