import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { StartupError } from './startup-error.js';

const OWNER_ONLY = 0o600;

/** Writes a JSON file that only its owner can read, whole or not at all. */
export async function writePrivateJson(file: string, value: object): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: OWNER_ONLY });
  await rename(draft, file);
}

/** Reads such a file; undefined when there is none. Rejects with a {@link StartupError} when it cannot be used. */
export async function readPrivateJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new StartupError(`${file} cannot be read: make its owner the user that starts the product.`, { cause });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StartupError(`${file} is damaged: restore it, or start over with \`npm start -- --reset\`.`, { cause });
  }
}
