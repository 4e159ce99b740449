import type { Operation } from '#providers';
import type { Candidate } from './candidate.js';

/** Whether a candidate can be asked for `operation`; for anything at all when that is undefined. */
export function serves({ adapter, modelProvider, model }: Candidate, operation: Operation | undefined): boolean {
  switch (operation) {
    case 'generate':
    case 'count-tokens':
      return adapter.dialects(modelProvider, model).length > 0;
    case 'embed':
      return adapter.embeddings(modelProvider, model) !== undefined;
    case 'stored-response':
      return adapter.storesResponses(modelProvider);
    default:
      return (
        adapter.dialects(modelProvider, model).length > 0 || adapter.embeddings(modelProvider, model) !== undefined
      );
  }
}
