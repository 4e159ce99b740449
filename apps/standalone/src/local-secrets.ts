import { z } from 'zod';
import type { Random } from '#kernel';
import { readPrivateJson, writePrivateJson } from './private-json.js';

const SECRET_BYTES = 32;

const localSecretsSchema = z.object({
  /** Signs calls between the gateway and the control plane. */
  internalSecret: z.string().min(SECRET_BYTES),
  /** Signs what the control plane says of a key. */
  jwtSecret: z.string().min(SECRET_BYTES),
  /** Keys the hashes of virtual keys. */
  keyPepper: z.string().min(SECRET_BYTES),
  /** Seals credentials of model providers: base64 of 32 bytes. */
  sealingKey: z.string().min(SECRET_BYTES),
  /** Password of the database's administrator. */
  databasePassword: z.string().min(SECRET_BYTES),
});
export type LocalSecrets = z.output<typeof localSecretsSchema>;

/** The secrets of this installation, from `file` (mode 0600), which is made on the first start. */
export async function loadLocalSecrets(file: string, random: Random): Promise<LocalSecrets> {
  const existing = await readPrivateJson(file, localSecretsSchema);
  if (existing !== undefined) return existing;
  const text = (): string => Buffer.from(random.bytes(SECRET_BYTES)).toString('hex');
  const created: LocalSecrets = {
    internalSecret: text(),
    jwtSecret: text(),
    keyPepper: text(),
    sealingKey: Buffer.from(random.bytes(SECRET_BYTES)).toString('base64'),
    databasePassword: text(),
  };
  await writePrivateJson(file, created);
  return created;
}
