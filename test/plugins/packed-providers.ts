import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startPackageRegistry, type PackageRegistry } from './package-registry.js';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const run = promisify(execFile);

/** The package of `libs/providers` as a registry would have it, and a folder for whoever uses it. */
export class PackedProviders {
  private constructor(
    /** A folder of its own, which goes with {@link dispose}. */
    readonly folder: string,
    /** The tarball that `npm pack` made. */
    readonly tarball: string,
    private readonly registry: PackageRegistry,
  ) {}

  /** Builds and packs the package, and offers it in a registry together with everything that is installed here. */
  static async create(): Promise<PackedProviders> {
    const folder = await mkdtemp(path.join(tmpdir(), 'gateway-test-package-'));
    try {
      const built = path.join(folder, 'built');
      await run(process.execPath, [path.join(ROOT, 'scripts', 'package-providers.mjs'), built]);
      const packed = path.join(folder, 'packed');
      await mkdir(packed);
      await npm(built, folder, ['pack', '--pack-destination', packed]);
      const [name] = await readdir(packed);
      if (name === undefined) throw new Error('npm pack made no tarball');
      const unpacked = path.join(folder, 'unpacked');
      await mkdir(unpacked);
      await run('tar', ['-xzf', path.join(packed, name), '-C', unpacked]);
      const registry = await startPackageRegistry([path.join(unpacked, 'package')]);
      return new PackedProviders(folder, path.join(packed, name), registry);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs npm in `workingDir` against the registry, and answers what it prints. */
  async npm(workingDir: string, args: readonly string[]): Promise<string> {
    return npm(workingDir, this.folder, ['--registry', this.registry.url, ...args]);
  }

  /** Ends the registry and deletes the folder. */
  async dispose(): Promise<void> {
    await this.registry.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** With a cache and settings of its own, so that it neither finds nor leaves anything on this machine. */
async function npm(workingDir: string, folder: string, args: readonly string[]): Promise<string> {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel', 'error'];
  const own = ['--cache', path.join(folder, 'npm-cache'), '--userconfig', path.join(folder, 'npmrc')];
  const environment = {
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`,
    HOME: folder,
    NODE_ENV: 'development',
  };
  try {
    const options = { cwd: workingDir, env: environment, maxBuffer: OUTPUT_BYTES_MAX };
    return (await run('npm', [...args, ...quiet, ...own], options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`npm ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
