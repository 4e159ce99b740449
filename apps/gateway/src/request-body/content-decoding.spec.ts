import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeContent, readContentCodings } from './content-decoding.js';

const BODY = Buffer.from('{"model":"gpt-5","text":"Grüße"}');
const LIMIT = 1_000;

describe('content decoding', () => {
  it.each([
    ['gzip', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['zstd', zstdCompressSync(BODY)],
    ['gzip, br', brotliCompressSync(gzipSync(BODY))],
    ['GZIP , identity', gzipSync(BODY)],
    ['identity', BODY],
  ])('undoes %s', async (header, body) => {
    expect(await decodeContent(body, readContentCodings(header), LIMIT)).toEqual(BODY);
  });

  it('refuses a coding that it does not know, naming it', () => {
    expect(() => readContentCodings('gzip, lzma')).toThrow(/"lzma"/);
    expect(() => readContentCodings('__proto__')).toThrow(/not supported/);
    expect(() => readContentCodings('gzip,gzip,gzip,gzip,gzip')).toThrow(/stacked/);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('stops a %s bomb at the limit', async (coding, compress) => {
    const bomb = compress(Buffer.alloc(1_000_000));
    await expect(decodeContent(bomb, [coding], LIMIT)).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'])('refuses what is not valid %s as a bad request', async (coding) => {
    await expect(decodeContent(Buffer.from('plain text'), [coding], LIMIT)).rejects.toMatchObject({
      code: 'bad_request',
    });
  });
});
