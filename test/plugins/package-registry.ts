import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const TAR_BYTES_MAX = 512 * 1024 * 1024;

const manifestSchema = z.looseObject({ name: z.string(), version: z.string() });
const lockSchema = z.object({ packages: z.record(z.string(), z.looseObject({})) });

/** A registry of packages on loopback. */
export interface PackageRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** Folders that packages lie in, by `name@version`. */
type Folders = ReadonlyMap<string, string>;

/**
 * Serves what npm asks a registry for, from the packages that this repository has installed, and from `folders`. So
 * that npm resolves and installs as it does for anybody, and nothing is fetched from the net.
 */
export async function startPackageRegistry(folders: readonly string[]): Promise<PackageRegistry> {
  const available = byNameAndVersion([...folders, ...installedFolders()]);
  const server = createServer((request, response) => serve(available, request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the registry has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function installedFolders(): readonly string[] {
  const lock = lockSchema.parse(JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')));
  return Object.keys(lock.packages)
    .filter((folder) => folder.startsWith('node_modules/'))
    .map((folder) => path.join(ROOT, folder));
}

function byNameAndVersion(folders: readonly string[]): Folders {
  const available = new Map<string, string>();
  for (const folder of folders) {
    const manifest = readManifest(folder);
    const id = manifest === undefined ? undefined : `${manifest.name}@${manifest.version}`;
    if (id !== undefined && !available.has(id)) available.set(id, folder);
  }
  return available;
}

/** Undefined for a package that is for another platform and therefore not there. */
function readManifest(folder: string): z.output<typeof manifestSchema> | undefined {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

function serve(available: Folders, request: IncomingMessage, response: ServerResponse): void {
  const [, ...segments] = decodeURIComponent(request.url ?? '/').split('/');
  const name = segments.slice(0, segments[0]?.startsWith('@') === true ? 2 : 1).join('/');
  const version = segments.at(-1)?.replace(/\.tgz$/, '');
  const folder = request.url?.endsWith('.tgz') === true ? available.get(`${name}@${version}`) : undefined;
  if (folder !== undefined) {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(pack(folder));
    return;
  }
  const versions = [...available].filter(([id]) => id.slice(0, id.lastIndexOf('@')) === name);
  if (versions.length === 0) {
    response.writeHead(404).end('{}');
    return;
  }
  const origin = `http://${request.headers.host}`;
  const manifests = versions.map(([, at]) => readManifest(at)).filter((manifest) => manifest !== undefined);
  const described = manifests.map((manifest) => {
    const dist = { tarball: `${origin}/${name}/-/${manifest.version}.tgz` };
    return [manifest.version, { ...manifest, scripts: {}, dist }] as const;
  });
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ name, versions: Object.fromEntries(described), 'dist-tags': { latest: described[0]?.[0] } }));
}

function pack(folder: string): Buffer {
  const args = ['-cf', '-', '--exclude', 'node_modules', '-C', path.dirname(folder), path.basename(folder)];
  return gzipSync(execFileSync('tar', args, { maxBuffer: TAR_BYTES_MAX }), { level: 1 });
}
