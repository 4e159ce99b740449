import type { ReceivedMedium } from '../model/conversation.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A medium that came as base64; undefined when it is none, as a vendor would refuse it. */
export function base64Medium(type: string, base64: string): ReceivedMedium | undefined {
  if (base64 === '' || base64.length % 4 !== 0 || !BASE64.test(base64)) return undefined;
  return { type, source: { byteCount: Buffer.from(base64, 'base64').length } };
}

/** A medium that came as a `data:` URI; undefined when it is none or its base64 is broken. */
export function dataUriMedium(uri: string): ReceivedMedium | undefined {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(uri) ?? [];
  return type === undefined || base64 === undefined ? undefined : base64Medium(type, base64);
}

/** A medium that came by reference: a URL, or the id of a file. */
export function referredMedium(type: string, reference: string): ReceivedMedium {
  return { type, source: { reference } };
}
