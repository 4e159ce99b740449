import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock } from '#kernel';
import { createShippedAdapters } from '../adapters/shipped-adapters.js';
import type { ProviderAdapter } from '../spec/provider-adapter.js';
import { claimFamilies, ownersOfShipped } from './claim-families.js';
import { PluginError } from './plugin-error.js';
import { readPlugin } from './read-plugin.js';

/** What loading leans on. */
export interface PluginPorts {
  readonly clock: Clock;
  /** The folder that relative paths start from. */
  readonly workingDir: string;
  /** Imports a module by its specifier. Default: this process's own import. */
  readonly importModule?: (specifier: string) => Promise<Readonly<Record<string, unknown>>>;
}

/** A path begins so; everything else is the name of a package. */
const PATH_BEGINNING = /^(?:\.{0,2}\/|file:)/;

/**
 * Imports plugins, in their order, and answers the adapters that they bring.
 *
 * @param names Packages that are installed beside this program, or files: `acme-provider`, `./plugins/acme.js`.
 * @throws PluginError for the first one that cannot be used. Nothing may be served then.
 */
export async function loadPlugins(
  names: readonly string[],
  { clock, workingDir, importModule = (specifier) => import(specifier) }: PluginPorts,
): Promise<readonly ProviderAdapter[]> {
  const owners = ownersOfShipped(createShippedAdapters({ clock }));
  const adapters: ProviderAdapter[] = [];
  for (const name of names) {
    const module = await importModule(specifierOf(name, workingDir)).catch((cause: unknown) => {
      throw new PluginError(name, importProblem(name, cause), { cause });
    });
    for (const adapter of readPlugin(name, module)) {
      claimFamilies(owners, name, adapter);
      adapters.push(adapter);
    }
  }
  return adapters;
}

function specifierOf(name: string, workingDir: string): string {
  if (!PATH_BEGINNING.test(name) && !path.isAbsolute(name)) return name;
  return name.startsWith('file:') ? name : pathToFileURL(path.resolve(workingDir, name)).href;
}

function importProblem(name: string, cause: unknown): string {
  const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return `importing it failed (${said}). ${mendOf(name, cause)}`;
}

function mendOf(name: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_UNSUPPORTED_DIR_IMPORT') return 'Name the file in that folder, such as dist/index.js.';
  if (code !== 'ERR_MODULE_NOT_FOUND') return 'A plugin must import without an error.';
  return PATH_BEGINNING.test(name) || path.isAbsolute(name)
    ? 'Check the path; a relative one starts from the folder in which the program was started.'
    : 'Install the package beside this program, or begin the path of a file with "./" or "/".';
}
