import { promisify } from 'node:util';
import { brotliCompress, deflate, gzip, zstdCompress } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../support/error-body.js';
import { RawConnection } from '../support/raw-connection.js';
import { rawRequest } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';

const BODY_BYTES_MAX = 1024 * 1024;

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ gateway: { SERVER_MAX_REQUEST_BODY_BYTES: String(BODY_BYTES_MAX) } });
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

/** A chat request of exactly `bytes` bytes. */
function bodyOf(bytes: number): Buffer {
  const [head, tail] = ['{"model":"fake/plain","messages":[],"user":"', '"}'];
  return Buffer.from(head + 'x'.repeat(bytes - head.length - tail.length) + tail);
}

const headOf = (headers: string): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${stack.key.secret}\r\n${headers}\r\n`;

describe('413', () => {
  it('takes a body of exactly the limit, and refuses one byte more', async () => {
    const [fits, exceeds] = await Promise.all(
      [BODY_BYTES_MAX, BODY_BYTES_MAX + 1].map((bytes) =>
        rawRequest(stack.chatUrl, { headers: stack.headers(), body: bodyOf(bytes) }),
      ),
    );

    expect(fits?.status).toBe(200);
    expect(exceeds?.status).toBe(413);
    expect(errorOf(exceeds ?? { body: Buffer.alloc(0) })).toMatchObject({
      code: 'payload_too_large',
      meta: { limit_bytes: BODY_BYTES_MAX },
    });
  });

  it('refuses a declared length over the limit at once, without a byte of the body', async () => {
    const connection = await RawConnection.open(stack.gateway.url);
    connection.write(headOf(`Content-Length: ${BODY_BYTES_MAX + 1}\r\n`));

    const { head, body } = await connection.answer();
    expect(head).toMatch(/^HTTP\/1\.1 413 /);
    expect(errorOf({ body: Buffer.from(body) }).code).toBe('payload_too_large');
    await connection.closed();
  });

  it('refuses a body of no declared length when it crosses the limit, not when it ends', async () => {
    const connection = await RawConnection.open(stack.gateway.url);
    connection.write(headOf('Transfer-Encoding: chunked\r\n'));
    const chunk = bodyOf(BODY_BYTES_MAX + 1);
    connection.write(`${chunk.length.toString(16)}\r\n`);
    connection.write(chunk);

    const { head } = await connection.answer();
    expect(head).toMatch(/^HTTP\/1\.1 413 /);
    await connection.closed();
  });

  it.each([
    ['gzip', [gzip]],
    ['deflate', [deflate]],
    ['br', [brotliCompress]],
    ['zstd', [zstdCompress]],
    ['gzip, gzip', [gzip, gzip]],
    ['br, zstd, gzip', [brotliCompress, zstdCompress, gzip]],
  ] as const)('refuses a small body of %s that unpacks to a large one', async (codings, encoders) => {
    let body = bodyOf(16 * BODY_BYTES_MAX);
    for (const encoder of encoders) body = await promisify<Buffer, Buffer>(encoder)(body);
    expect(body.length).toBeLessThan(BODY_BYTES_MAX / 4);
    const answer = await rawRequest(stack.chatUrl, {
      headers: { ...stack.headers(), 'content-encoding': codings },
      body,
    });

    expect(answer.status).toBe(413);
    expect(errorOf(answer).code).toBe('payload_too_large');
    expect(await stack.upstream.requests()).toEqual([]);
  });

  it('is raised by the SDK as what it is, and the next request is served', async () => {
    const messages = [{ role: 'user' as const, content: 'x'.repeat(BODY_BYTES_MAX) }];
    const call = stack.openai().chat.completions.create({ model: 'fake/plain', messages });

    await expect(call).rejects.toMatchObject({ status: 413, code: 'payload_too_large' });
    const answer = await stack.openai().chat.completions.create({ model: 'fake/plain', messages: [] });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });
});
