import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CreatedKey } from '../support/management-client.js';
import { RawConnection } from '../support/raw-connection.js';
import { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

/** Opens a stream with `key` that lasts half a minute, and resolves once its first events are here. */
async function openStream(key: CreatedKey, endUserId: string, model: string): Promise<RawConnection> {
  const body = JSON.stringify({ model, messages: [], stream: true });
  const connection = await RawConnection.open(stack.gateway.url);
  connection.write(
    [
      'POST /v1/chat/completions HTTP/1.1',
      'Host: gateway',
      'Connection: close',
      `Authorization: Bearer ${key.secret}`,
      'Content-Type: application/json',
      `X-LangWatch-End-User-Id: ${endUserId}`,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
  await until('the stream has begun', () => connection.text.includes('data: '));
  return connection;
}

describe('a stream whose key is revoked', () => {
  it.each([
    ['revoke', 'virtual_key_revoked'],
    ['disable', 'virtual_key_disabled'],
  ])('is cut with an error frame when the key says so (%s), and recorded once', async (act, code) => {
    const key = await stack.addKey({ config: { onRevoke: 'cut' } });
    const stream = await openStream(key, `cut-${act}`, 'fake/stream?chunks=1500&intervalMs=20');
    await stack.management.call('POST', `/virtual-keys/${key.id}/${act}`);

    await stream.closed();
    expect(stream.text).toContain('event: error');
    expect(stream.text).toContain(`"code":"${code}"`);
    expect(stream.text).not.toContain('[DONE]');
    await stack.upstream.waitFor('the call is cancelled', ([request]) => request?.end === 'client-closed');
    const line = await stack.settledLine({ endUserId: `cut-${act}` });
    expect(line).toMatchObject({ outcome: 'failed', error_type: code });
    expect(line.output_tokens).toBeGreaterThan(0n);
  });

  it('is finished when the key does not ask for a cut', async () => {
    const key = await stack.addKey();
    const stream = await openStream(key, 'finished', 'fake/stream?chunks=40&intervalMs=50');
    await stack.management.call('POST', `/virtual-keys/${key.id}/revoke?wait=true`);

    await stream.closed();
    expect(stream.text).toContain('[DONE]');
    expect(await stack.settledLine({ endUserId: 'finished' })).toMatchObject({ outcome: 'confirmed' });
  });
});
