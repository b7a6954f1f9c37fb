import { choice, decimal, type Fields, wholeNumber } from "../../shell/urlState.js";

export const widths = [0, 16, 32, 64, 128, 256] as const;
export const depths = [1, 2] as const;
export const activations = ["relu", "tanh", "sigmoid"] as const;
/** By how many pixels images are moved. */
export const shifts = [0, 1, 2] as const;
export const batches = [16, 32, 64, 128] as const;

/** Everything that the address holds. */
export interface Settings {
  /** Units of a hidden layer; 0: none, ten neurons side by side. */
  width: (typeof widths)[number];
  /** Hidden layers. */
  depth: (typeof depths)[number];
  activation: (typeof activations)[number];
  dropout: number;
  /** By how many pixels at most each image is moved, another way every time. */
  shift: (typeof shifts)[number];
  /** Thousandths. */
  rate: number;
  batch: (typeof batches)[number];
  epochs: number;
  seed: number;
}

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  width: choice(widths, 128),
  depth: choice(depths, 1),
  activation: choice(activations, "relu"),
  dropout: decimal(0, 0.8, 2, 0.1),
  shift: choice(shifts, 1),
  rate: decimal(0.05, 100, 2, 2),
  batch: choice(batches, 32),
  epochs: wholeNumber(1, 100, 12),
  seed: wholeNumber(0, 999_999_999, 1),
};
