import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { GatewayError } from '../errors/gateway-error.js';

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Codings that one request may stack. */
const CODINGS_MAX = 4;

/** The codings of a `Content-Encoding` header in the order in which they are undone; `identity` is dropped. */
export function readContentCodings(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  const codings = header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .reverse();
  const unknown = codings.find((coding) => !Object.hasOwn(DECODERS, coding));
  if (unknown !== undefined) {
    throw new GatewayError('bad_request', {
      message: `The content encoding "${unknown}" is not supported. Send gzip, deflate, br, zstd or no encoding.`,
      closesConnection: true,
    });
  }
  if (codings.length > CODINGS_MAX) {
    throw new GatewayError('bad_request', {
      message: 'The content encoding is stacked too often.',
      closesConnection: true,
    });
  }
  return codings;
}

/**
 * Undoes the codings of a body. No step may give more than `bytesMax`, so a small body that unpacks to a huge one is
 * refused when it crosses the line, not after.
 *
 * @throws GatewayError `payload_too_large` or `bad_request`.
 */
export async function decodeContent(body: Buffer, codings: readonly string[], bytesMax: number): Promise<Buffer> {
  let decoded = body;
  for (const coding of codings) {
    const decode = DECODERS[coding];
    if (decode === undefined) continue;
    try {
      decoded = await decode(decoded, { maxOutputLength: bytesMax });
    } catch (error) {
      const tooLarge = error instanceof RangeError;
      throw new GatewayError(tooLarge ? 'payload_too_large' : 'bad_request', {
        message: tooLarge
          ? `The request body is larger than ${bytesMax} bytes once it is decompressed.`
          : `The request body is not valid ${coding}.`,
        cause: error,
      });
    }
  }
  return decoded;
}
