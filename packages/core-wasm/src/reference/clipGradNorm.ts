/** The common norm of all gradients, and the gradients scaled to at most `maxNorm`. */
export function clipGradNorm(
  grads: readonly ArrayLike<number>[],
  { maxNorm }: { maxNorm: number },
): { norm: number; grads: Float64Array[] } {
  const arrays = grads.map((grad) => Float64Array.from(grad));
  const norm = Math.sqrt(
    arrays.reduce((sum, grad) => sum + grad.reduce((squares, g) => squares + g * g, 0), 0),
  );
  const scale = Number.isFinite(norm) ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
  return { norm, grads: arrays.map((grad) => grad.map((g) => g * scale)) };
}
