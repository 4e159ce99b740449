import { asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';
import { readChatUsage } from './chat-usage.js';
import { objectsOf } from './objects-of.js';

/** What a chunk reports of usage, wherever its vendor puts it; undefined when it reports none. */
export function readChunkUsage(chunk: JsonObject): Usage | undefined {
  return (
    readChatUsage(chunk['usage']) ??
    readChatUsage(asObject(chunk['x_groq'])?.['usage']) ??
    // Moonshot reports it inside of the choice.
    readChatUsage(objectsOf(chunk['choices'])[0]?.['usage'])
  );
}
