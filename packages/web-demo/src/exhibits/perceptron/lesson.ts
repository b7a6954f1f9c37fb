import { type Settings, settingFields } from "./config.js";

/** The steps of the lesson, in order. */
export const lessonIds = ["line", "bias", "impossible", "hidden", "feature"] as const;
export type LessonId = (typeof lessonIds)[number];

type Chosen = Partial<Settings>;

/** What each step sets; everything else is as it is by default. */
const chosen: Readonly<Record<LessonId, Chosen>> = {
  line: { data: "and", learner: "perceptron", rate: 0.1, pace: "slow", epochs: 100 },
  bias: { data: "or", learner: "delta", rate: 0.03, batch: 0, epochs: 100 },
  impossible: { data: "xor", learner: "perceptron", rate: 0.1, epochs: 100, seed: 2 },
  hidden: { data: "xor", learner: "network", layers: [8], epochs: 300 },
  feature: {
    data: "xor",
    learner: "perceptron",
    features: ["x", "y", "xy"],
    rate: 0.1,
    pace: "slow",
    epochs: 100,
  },
};

/** The settings of a step. */
export function lessonSettings(id: LessonId): Settings {
  const settings: Partial<Record<keyof Settings, unknown>> = {};
  for (const key of keys) settings[key] = chosen[id][key] ?? settingFields[key].fallback;
  return settings as unknown as Settings;
}

/** Which step has these settings, whatever the pace and the colours; `undefined` for settings of the visitor's own. */
export function lessonOf(settings: Settings): LessonId | undefined {
  return lessonIds.find((id) => {
    const wanted = lessonSettings(id);
    return keys.every(
      (key) =>
        ["pace", "view", "seed", "epochs"].includes(key) || String(wanted[key]) === String(settings[key]),
    );
  });
}

const keys = Object.keys(settingFields) as (keyof Settings)[];
