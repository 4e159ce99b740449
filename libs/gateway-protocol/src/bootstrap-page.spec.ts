import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BootstrapHeadInput,
  type BootstrapKeyInput,
  BootstrapPageError,
  hashBootstrapBody,
  joinBootstrapPage,
  readBootstrapPage,
  splitBootstrapPage,
  writeBootstrapBody,
} from './bootstrap-page.js';
import { createBundle } from './bundle.js';

const EXP = 2_000_000_000;
const HEAD: BootstrapHeadInput = {
  next_cursor: 'vk_2',
  key_count: 2,
  revisions: { org_1: '12' },
  providers: [
    { id: 'mp_1', type: 'openai', credentials: { api_key: 'sk-1' } },
    { id: 'mp_2', type: 'azure_openai', credentials: { api_key: 'sk-2' } },
  ],
  budgets: [
    {
      id: 'bud_1',
      scope: 'organization',
      scope_id: 'org_1',
      window: 'day',
      limit_micro_usd: 5,
      spent_micro_usd: 1,
      on_breach: 'block',
    },
  ],
};

function key(digit: string, change: Partial<BootstrapKeyInput> = {}): BootstrapKeyInput {
  return {
    digest: digit.repeat(64),
    claims: { vk_id: `vk_${digit}`, org_id: 'org_1', project_id: 'project_1', revision: '3', vk_expires_at: null },
    etag: '3.abc',
    config: { display_prefix: 'vk-lw-live_A', providers: [1, 0], budgets: [0], on_revoke: 'cut' },
    ...change,
  };
}

function read(body: string) {
  return readBootstrapPage(body, { keys_sha256: hashBootstrapBody(body), exp: EXP });
}

describe('readBootstrapPage', () => {
  it('gives every key what resolve-key and config would', () => {
    const page = read(writeBootstrapBody(HEAD, [key('1'), key('2')]));
    expect(page).toMatchObject({ nextCursor: 'vk_2', revisions: { org_1: '12' }, keyCount: 2 });
    const entries = [...page.entries];
    expect(entries.map(({ digest }) => digest)).toEqual(['1'.repeat(64), '2'.repeat(64)]);
    const bundles = entries.map(({ claims, config }) => createBundle(claims, config));
    expect(bundles[0]).toMatchObject({
      virtualKeyId: 'vk_1',
      displayPrefix: 'vk-lw-live_A',
      organizationId: 'org_1',
      projectId: 'project_1',
      revision: '3',
      expiresAtMs: null,
      onRevoke: 'cut',
      modelProviders: [
        { id: 'mp_2', family: 'azure', credentials: { api_key: 'sk-2' } },
        { id: 'mp_1', family: 'openai' },
      ],
      budgets: [{ id: 'bud_1', limitMicroUsd: 5 }],
    });
    expect(entries[0]?.etag).toBe('3.abc');
  });

  it('ends an entry with its page, its key or its secret, whichever is first', () => {
    const claims = { ...key('1').claims, vk_expires_at: EXP - 10 };
    const keys = [key('1'), key('2', { claims }), key('3', { claims, secret_expires_at: EXP - 20 })];
    const ends = [...read(writeBootstrapBody(HEAD, keys)).entries].map((entry) => entry.claims.exp);
    expect(ends).toEqual([EXP, EXP - 10, EXP - 20]);
  });

  it('shares what keys share, so that memory does not grow with it', () => {
    const [one, two] = [...read(writeBootstrapBody(HEAD, [key('1'), key('2')])).entries];
    expect(one?.config.providers[0]).toBe(two?.config.providers[0]);
  });

  it('refuses a body that is not the one that was signed, wherever it differs', () => {
    const body = writeBootstrapBody(HEAD, [key('1')]);
    const claims = { keys_sha256: hashBootstrapBody(body), exp: EXP };
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.constantFrom('', '0', '\n', 'é'), (at, replacement) => {
        fc.pre(body[at] !== replacement);
        const changed = body.slice(0, at) + replacement + body.slice(at + 1);
        expect(() => readBootstrapPage(changed, claims)).toThrow(BootstrapPageError);
      }),
    );
  });

  it('leaves out a key that it cannot read, and says so by the count', () => {
    const strange = { ...key('2'), config: { ...key('2').config, providers: [7] } };
    const body = `${writeBootstrapBody(HEAD, [key('1'), strange])}{"digest":1}\nnonsense\n`;
    const page = read(body);
    expect([[...page.entries].map(({ digest }) => digest.slice(0, 1)), page.keyCount]).toEqual([['1'], 2]);
  });

  it('refuses a page whose head it cannot read', () => {
    expect(() => read('{}\n')).toThrow(BootstrapPageError);
    expect(() => read('')).toThrow(BootstrapPageError);
  });
});

describe('splitBootstrapPage', () => {
  it('undoes joinBootstrapPage', () => {
    const parts = { token: 'a.b.c', body: writeBootstrapBody(HEAD, [key('1')]) };
    expect(splitBootstrapPage(joinBootstrapPage(parts))).toEqual(parts);
  });

  it('refuses a page without a token line', () => {
    expect(() => splitBootstrapPage('a.b.c')).toThrow(BootstrapPageError);
    expect(() => splitBootstrapPage('\n{}')).toThrow(BootstrapPageError);
  });
});
