import type { JsonObject } from '../../spec/json.js';

/** What Google takes in the place of a signature for calls that its model did not make. Source: "Thought signatures". */
const PLACEHOLDER = 'skip_thought_signature_validator';

/**
 * Gives a placeholder to the first function call of each of the `contents` (the model's, of the current turn) if it has
 * no thought signature. Gemini 3 refuses a turn without one, and calls of another model, or of a client that loses
 * signatures, have none.
 */
export function addMissingSignatures(contents: readonly { readonly parts: JsonObject[] }[]): void {
  for (const { parts } of contents) {
    const first = parts.findIndex((part) => part['functionCall'] !== undefined);
    const call = parts[first];
    if (call !== undefined && call['thoughtSignature'] === undefined) {
      parts[first] = { ...call, thoughtSignature: PLACEHOLDER };
    }
  }
}
