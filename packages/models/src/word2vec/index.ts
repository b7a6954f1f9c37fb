export type * from "./config.js";
export type { VectorFormat } from "./vectorRows.js";
export {
  type AnalogyMethod,
  type AnalogyOptions,
  type AnalogyQuery,
  type NearestOptions,
  type Neighbour,
  WordVectors,
  type WordVectorsOptions,
} from "./wordVectors.js";
