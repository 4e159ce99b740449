import { encodePathSegment } from '../adapters/path-segment.js';

/** Where models stand in the Gemini API; clients write them with and without it. */
const COLLECTION = /^(models|tunedModels)\//;

/** A model of the Gemini API as the part of a path that names it, such as `models/gemini-2.5-pro`. */
export interface GeminiModelPath {
  readonly collection: string;
  /** Percent-encoded. */
  readonly id: string;
}

/** Reads a model's name; undefined when it cannot be part of a path. */
export function readGeminiModel(model: string): GeminiModelPath | undefined {
  const collection = COLLECTION.exec(model)?.[1];
  const id = encodePathSegment(collection === undefined ? model : model.slice(collection.length + 1));
  return id === undefined ? undefined : { collection: collection ?? 'models', id };
}
