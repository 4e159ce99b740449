import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PackedProviders } from './packed-providers.js';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '..', '..');
const COMPILER = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const PROGRAM = `
import {
  ProviderAdapter,
  UnsupportedFieldError,
  definePlugin,
  openAiChatProvider,
  type CredentialRules,
  type Dialect,
  type ProviderCredential,
  type UpstreamTarget,
} from 'ai-gateway-providers';
import { adapterContract, type ContractCase } from 'ai-gateway-providers/testing';
import { z } from 'zod';

class Adapter extends ProviderAdapter {
  override readonly families = ['acme'];
  override credentialRules(): CredentialRules {
    return { schema: z.strictObject({ api_key: z.string().min(1).regex(/^[!-~]+$/) }), baseUrl: 'optional' };
  }
  override dialects(): readonly Dialect[] {
    return ['openai-chat'];
  }
  override target({ credentials }: ProviderCredential): UpstreamTarget {
    const key = /^[!-~]*$/.test(credentials['api_key'] ?? '') ? credentials['api_key'] : '';
    return { origin: 'https://api.acme.example', path: '/chat', method: 'POST', headers: { 'x-key': key ?? '' } };
  }
}

const plugin = definePlugin({ adapters: [Adapter] });
const credential = { id: 'mp', family: 'acme', credentials: { api_key: 'k-1' }, baseUrl: null, deploymentMap: {} };
const cases: readonly ContractCase[] = adapterContract({
  adapter: new Adapter(),
  credentials: [credential],
  models: ['large'],
});
for (const { run } of cases) await run();
const error: Error = new UnsupportedFieldError('tools', 'none');
process.stdout.write(JSON.stringify([plugin.adapters.length, cases.length > 10, openAiChatProvider.dialect, error.name]));
`;

let packed: PackedProviders;
let folder: string;

beforeAll(async () => {
  packed = await PackedProviders.create();
  folder = path.join(packed.folder, 'empty');
  await mkdir(folder);
}, 240_000);
afterAll(() => packed.dispose());

describe('the package of the providers', () => {
  it('installs from its tarball in an empty folder, and brings its types and licence', async () => {
    await packed.npm(folder, ['install', packed.tarball]);
    const installed = path.join(folder, 'node_modules', 'ai-gateway-providers');
    const manifest = z
      .object({ version: z.string(), license: z.string(), dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')));
    expect(manifest.license).toBe('Apache-2.0');
    expect(Object.keys(manifest.dependencies).length).toBeGreaterThan(0);
    for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await readFile(path.join(installed, 'README.md'), 'utf8')).toContain('# ai-gateway-providers');
    expect(await readFile(path.join(installed, 'LICENSE'), 'utf8')).toContain('Apache License');
  });

  it('type-checks in a strict program, its own types included, and runs', async () => {
    await writeFile(path.join(folder, 'program.mts'), PROGRAM);
    const strict = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noUncheckedIndexedAccess',
      '--skipLibCheck',
      'false',
    ];
    const options = ['--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024', '--types', 'node', ...strict];
    const checked = await run(process.execPath, [COMPILER, ...options, 'program.mts'], { cwd: folder }).catch(
      (error: { readonly stdout: string }) => error,
    );
    expect(checked.stdout).toBe('');
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual([1, true, 'openai-chat', 'UnsupportedFieldError']);
  }, 120_000);

  it('shows nothing but its two entries', async () => {
    const inner = 'import "ai-gateway-providers/dist/providers/src/index.js"';
    const failed = await run(process.execPath, ['--input-type=module', '-e', inner], { cwd: folder }).catch(
      (error: { readonly stderr: string }) => error,
    );
    expect(failed.stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
