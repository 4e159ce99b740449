import { asBoolean, asObject, asString } from '../json/read-json.js';
import type { ProviderState, StateFamily } from '../spec/provider-state.js';

/** How a state of one family is written where another family's dialect has a place for its own. */
const ENVELOPE_PREFIX = 'lwgw1_';

/**
 * Writes a state into the place that a dialect has for states of `nativeFamily`: as it is when it is one of theirs, else
 * in an envelope, so that it finds its way back to its own family in the next turn.
 */
export function writeState(state: ProviderState, nativeFamily: StateFamily): string {
  if (state.family === nativeFamily) return state.data;
  return ENVELOPE_PREFIX + Buffer.from(JSON.stringify(state)).toString('base64url');
}

/** Reads what stands in the place that a dialect has for states: an envelope, or a state of `nativeFamily`. */
export function readState(text: string, nativeFamily: StateFamily): ProviderState {
  return openEnvelope(text) ?? { family: nativeFamily, data: text };
}

function openEnvelope(text: string): ProviderState | undefined {
  if (!text.startsWith(ENVELOPE_PREFIX)) return undefined;
  try {
    const json = Buffer.from(text.slice(ENVELOPE_PREFIX.length), 'base64url').toString('utf8');
    const fields = asObject(JSON.parse(json));
    const family = asString(fields?.['family']);
    const data = asString(fields?.['data']);
    if (family === undefined || data === undefined) return undefined;
    const id = asString(fields?.['id']);
    const redacted = asBoolean(fields?.['redacted']);
    return {
      family: family as StateFamily,
      data,
      ...(id === undefined ? {} : { id }),
      ...(redacted === undefined ? {} : { redacted }),
    };
  } catch {
    return undefined;
  }
}
