/** What visitors choose from, by the names that the address has. */

/** Sets of two classes. `truthIds` are the four corners of a truth table. */
export const classDataIds = [
  "and",
  "or",
  "xor",
  "gaussians",
  "clouds",
  "circles",
  "moons",
  "spirals",
  "own",
] as const;
/** Sets whose points have a value between −1 and 1. */
export const valueDataIds = ["plane", "wave"] as const;
export const dataIds = [...classDataIds, ...valueDataIds] as const;
export type DataId = (typeof dataIds)[number];

/** Learning rules of one neuron, and networks. */
export const learnerIds = ["perceptron", "delta", "logistic", "network"] as const;
export type LearnerId = (typeof learnerIds)[number];

/** What is made of a place in the plane: x, y, their squares, their product, their sines. */
export const featureIds = ["x", "y", "xx", "yy", "xy", "sinx", "siny"] as const;
export type FeatureId = (typeof featureIds)[number];

export const activationIds = ["tanh", "relu", "sigmoid", "gelu", "linear"] as const;
export type ActivationId = (typeof activationIds)[number];

export const optimiserIds = ["adamw", "momentum", "sgd"] as const;
export type OptimiserId = (typeof optimiserIds)[number];

/** How fast a run goes: a batch every half second, an epoch a picture, as fast as it can. */
export const paceIds = ["slow", "steady", "full"] as const;
export type PaceId = (typeof paceIds)[number];

/** How the plane is coloured: by how sure the output is, or by its side of the boundary. */
export const viewIds = ["graded", "sides"] as const;
export type ViewId = (typeof viewIds)[number];

/** Whether the points of a set have values instead of classes. */
export function isRegression(data: DataId): boolean {
  return valueDataIds.some((id) => id === data);
}

/** Whether a set is a truth table: four points, none of which can be spared for testing. */
export function isTruthTable(data: DataId): boolean {
  return data === "and" || data === "or" || data === "xor";
}

/** Whether that is one neuron, whose bias a visitor can move. */
export function isNeuron(learner: LearnerId): boolean {
  return learner !== "network";
}
