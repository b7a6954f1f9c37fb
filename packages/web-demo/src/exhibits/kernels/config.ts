import { choice, type Fields, subset } from "../../shell/urlState.js";
import { type JobId, jobIds } from "./catalogue.js";
import type { RunLength } from "./protocol.js";

/** Everything that the address holds. */
export interface Settings {
  length: RunLength;
  jobs: readonly JobId[];
}

export const runLengths = ["short", "long"] as const satisfies readonly RunLength[];

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  length: choice<RunLength>(runLengths, "short"),
  jobs: subset(jobIds),
};
