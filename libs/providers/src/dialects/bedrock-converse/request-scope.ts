import type { WriteContext } from '../../spec/codec.js';
import { CachePoints } from './cache-points.js';
import { DocumentNames } from './document-names.js';
import { readModelTraits, type ModelTraits } from './model-traits.js';

/** What the parts of one request share while it is written. */
export interface RequestScope {
  readonly context: WriteContext;
  readonly traits: ModelTraits;
  readonly cachePoints: CachePoints;
  readonly documentNames: DocumentNames;
}

/** Opens the scope of a new request. */
export function openRequestScope(context: WriteContext): RequestScope {
  const traits = readModelTraits(context.model, context.stateFamily);
  return {
    context,
    traits,
    cachePoints: new CachePoints(traits, context.losses),
    documentNames: new DocumentNames(),
  };
}
