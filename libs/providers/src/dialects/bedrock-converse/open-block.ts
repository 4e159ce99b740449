import type { ModelEvent } from '../../spec/model-event.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { redactedState, signatureState } from './state-family.js';

/** A content block of a stream that has begun and not ended. */
export type OpenBlock =
  | { readonly kind: 'text'; readonly part: number }
  | { readonly kind: 'tool-call'; readonly part: number }
  | { readonly kind: 'reasoning'; readonly part: number; signature: string; readonly redacted: string[] }
  | { readonly kind: 'image'; readonly part: number; readonly format: string; readonly bytes: string[] };

/** The event that ends a block; none for an image of which nothing came. */
export function endBlock(block: OpenBlock): ModelEvent | undefined {
  const { part } = block;
  switch (block.kind) {
    case 'text':
      return { kind: 'text-end', part };
    case 'tool-call':
      return { kind: 'tool-call-end', part };
    case 'reasoning': {
      const state = stateOf(block);
      return { kind: 'reasoning-end', part, ...(state === undefined ? {} : { state }) };
    }
    case 'image': {
      const base64 = joinBase64(block.bytes);
      if (base64 === '') return undefined;
      const source = { kind: 'data', mediaType: `image/${block.format}`, base64 } as const;
      return { kind: 'media', part, media: { kind: 'media', medium: 'image', source } };
    }
  }
}

function stateOf({ signature, redacted }: OpenBlock & { readonly kind: 'reasoning' }): ProviderState | undefined {
  if (redacted.length > 0) return redactedState(joinBase64(redacted));
  return signature === '' ? undefined : signatureState(signature);
}

/** Each piece is encoded for itself, with its own padding. */
function joinBase64(pieces: readonly string[]): string {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');
}
