import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

const NAMES = ['redis-server', 'valkey-server'];

/** Where the integration tests keep the server that they fetch on a machine without one. */
const KEPT = resolve('var', 'tools', 'redis', 'redis-server');

/**
 * Path of a real Redis or Valkey server: the first one on the path, else `REDIS_SERVER`, else the one that the
 * integration tests keep in `var/tools`.
 *
 * @throws Error that says what to install, when there is none.
 */
export async function findRedisServer(): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  for (const file of [...candidates, process.env['REDIS_SERVER'] ?? '', KEPT]) {
    if (await isProgram(file)) return file;
  }
  throw new Error(
    'There is no Redis server: install redis-server or valkey-server, set REDIS_SERVER to the path of one, or run ' +
      'the integration tests once, which fetch one into var/tools.',
  );
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
