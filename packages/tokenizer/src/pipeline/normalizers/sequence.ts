import { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

/** One after the other. */
export function sequence(normalizers: readonly TextNormalizer[]): TextNormalizer {
  if (normalizers.length === 1) return normalizers[0]!;
  return {
    normalize(text: string, trace?: Trace): string {
      if (!trace)
        return normalizers.reduce<string>((result, normalizer) => normalizer.normalize(result), text);
      const traces: Trace[] = [];
      let result = text;
      for (const normalizer of normalizers) {
        const own = new Trace();
        const next = normalizer.normalize(result, own);
        if (next !== result) traces.push(own);
        result = next;
      }
      trace.through(traces);
      return result;
    },
  };
}
