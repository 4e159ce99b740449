import type { Json, JsonObject } from '../../../spec/json.js';
import type { Call } from '../call.js';
import { Complaint } from '../complaint.js';
import type { DocumentEndpoint } from '../wire.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import type { ResponseStore, StoredResponse } from './response-store.js';

/** What one may do with a response that was stored. */
export type StoredResponseAction = 'retrieve' | 'delete' | 'cancel' | 'input-items';

const ID_IN_PATH = /\/responses\/([^/]+)/;

/** OpenAI's operations on responses that are in `store`. */
export function storedResponses(store: ResponseStore, action: StoredResponseAction): DocumentEndpoint {
  return {
    kind: 'document',
    vendor: OPENAI_VENDOR,
    model: () => '',
    document(call) {
      const id = decodeURIComponent(ID_IN_PATH.exec(call.path)?.[1] ?? '');
      const stored = store.find(id);
      if (stored === undefined) {
        throw new Complaint(404, `Response with id '${id}' not found.`, { code: 'not_found' });
      }
      return perform(action, id, stored, store, call);
    },
  };
}

function perform(
  action: StoredResponseAction,
  id: string,
  stored: StoredResponse,
  store: ResponseStore,
  call: Call,
): JsonObject {
  switch (action) {
    case 'delete':
      store.forget(id);
      return { id, object: 'response', deleted: true };
    case 'cancel':
      if (!stored.isBackground) throw new Complaint(400, 'Cannot cancel a synchronous response.');
      store.cancel(id);
      return store.current(stored);
    case 'input-items':
      return listOf(stored.input, call);
    default:
      return store.current(stored);
  }
}

/** Newest first unless asked otherwise, as there. */
function listOf(input: readonly Json[], call: Call): JsonObject {
  const inOrder = call.query.get('order') === 'asc' ? input : input.toReversed();
  const idOf = (item: Json | undefined): Json => (item as JsonObject | undefined)?.['id'] ?? null;
  return { object: 'list', data: inOrder, first_id: idOf(inOrder[0]), last_id: idOf(inOrder.at(-1)), has_more: false };
}
