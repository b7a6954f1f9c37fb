export function randomBits(seed: number): () => number;
export const longTexts: Readonly<Record<string, () => string>>;
