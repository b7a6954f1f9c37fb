import type { PostProcessor } from "../../definition.js";

/** Whether offsets leave out the spaces at a token's ends. */
export function trimsOffsets(postProcessor: PostProcessor | undefined): boolean {
  if (postProcessor?.type === "sequence") return postProcessor.processors.some(trimsOffsets);
  return postProcessor?.type === "byteLevel" && postProcessor.trimOffsets;
}
