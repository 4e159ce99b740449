import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { digestKey } from '#gateway-protocol';
import { SystemRandom } from '#kernel';
import { idempotencySealName } from '../management/idempotency-seal.js';
import { openCredentials } from '../model-providers/open-credentials.js';
import { type TestDatabase, createTestDatabase } from '../testing/database.js';
import { testConfig } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { KeyHasher } from './key-hasher.js';
import { KeySecrets } from './key-secrets.js';
import { resealAll } from './reseal.js';
import { SealError, Sealer, type SealingKey } from './sealer.js';

const SECRET = 'vk-lw-live_00000000000000000000000001';
const OLD_SECRET = 'vk-lw-live_00000000000000000000000002';

const random = new SystemRandom();
const oldKeys = testConfig('').sealingKeys;
const newKey: SealingKey = { version: 2, key: new Uint8Array(32).fill(9) };
const withOld = new Sealer(oldKeys, random);
const withBoth = new Sealer([newKey, ...oldKeys], random);
const withNew = new Sealer([newKey], random);

let test: TestDatabase;
let seed: Seed;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  seed = await Seed.create(test.database);
});

afterAll(async () => {
  await test?.drop();
});

function secretsOf(sealer: Sealer): KeySecrets {
  return new KeySecrets(new KeyHasher(testConfig('').keyPepper), sealer);
}

describe('resealAll', () => {
  it('makes an older sealing key needless, for every kind of sealed secret, and changes nothing else', async () => {
    const provider = await seed.modelProvider('one');
    const bare = await seed.modelProvider('none', { sealed_credentials: null, sealing_key_version: null });
    const id = Seed.ids.create('vk');
    const previous = secretsOf(withOld).store(OLD_SECRET, id);
    const key = await seed.virtualKey(SECRET, {
      id,
      previous_secret_hash: previous.secret_hash,
      previous_pepper_version: previous.pepper_version,
      previous_secret_expires_at: new Date(Date.now() + 60_000),
      previous_sealed_digest: previous.sealed_digest,
      previous_digest_sealing_key_version: previous.digest_sealing_key_version,
    });
    const slot = { organization_id: seed.organization.id, route: 'POST /virtual-keys', key: 'a-key-of-mine' };
    const answer = withOld.seal('{"secret":"s"}', idempotencySealName(slot));
    await test.database
      .insertInto('idempotency_keys')
      .values({
        ...slot,
        request_hash: '0'.repeat(64),
        status_code: 201,
        sealed_response: answer.bytes,
        sealing_key_version: answer.keyVersion,
        expires_at: new Date(Date.now() + 60_000),
      })
      .execute();

    expect(await resealAll(test.database, withBoth)).toEqual({
      modelProviders: 1,
      virtualKeys: 2,
      idempotentAnswers: 1,
    });

    const readProvider = (rowId: string) =>
      test.database.selectFrom('model_providers').selectAll().where('id', '=', rowId).executeTakeFirstOrThrow();
    const providerAfter = await readProvider(provider.id);
    expect(openCredentials(withNew, providerAfter)).toEqual({ api_key: 'sk-one' });
    expect(providerAfter.revision).toBe(provider.revision);
    expect(openCredentials(withNew, await readProvider(bare.id))).toEqual({});
    const keyAfter = await test.database
      .selectFrom('virtual_keys')
      .selectAll()
      .where('id', '=', key.id)
      .executeTakeFirstOrThrow();
    expect([keyAfter.secret_hash, keyAfter.revision]).toEqual([key.secret_hash, key.revision]);
    const open = (bytes: Buffer | null, keyVersion: number | null): string =>
      withNew.open({ bytes: bytes ?? Buffer.alloc(0), keyVersion: keyVersion ?? 0 }, key.id);
    expect(open(keyAfter.sealed_digest, keyAfter.digest_sealing_key_version)).toBe(digestKey(SECRET));
    expect(open(keyAfter.previous_sealed_digest, keyAfter.previous_digest_sealing_key_version)).toBe(
      digestKey(OLD_SECRET),
    );
    const stored = await test.database.selectFrom('idempotency_keys').selectAll().executeTakeFirstOrThrow();
    expect(
      withNew.open(
        { bytes: stored.sealed_response ?? Buffer.alloc(0), keyVersion: stored.sealing_key_version ?? 0 },
        idempotencySealName(slot),
      ),
    ).toBe('{"secret":"s"}');
    expect(await resealAll(test.database, withBoth)).toEqual({
      modelProviders: 0,
      virtualKeys: 0,
      idempotentAnswers: 0,
    });
  });

  it('stops at a secret that no configured key opens, and leaves it as it is', async () => {
    const provider = await seed.modelProvider('lost', { sealing_key_version: 7 });
    await expect(resealAll(test.database, withBoth)).rejects.toThrow(SealError);
    const row = await test.database
      .selectFrom('model_providers')
      .selectAll()
      .where('id', '=', provider.id)
      .executeTakeFirstOrThrow();
    expect(row.sealed_credentials).toEqual(provider.sealed_credentials);
  });
});
