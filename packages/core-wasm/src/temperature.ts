import { checkNumber } from "./runtime/checks.js";

/** Smaller ones would overflow the quotients of float32 numbers in float64. */
const least = 1e-200;

/** @throws RangeError unless it is a number above 0 (and not all but), at most `most` */
export function checkTemperature(temperature: number, most?: number): void {
  checkNumber("temperature", temperature, least, most);
}
