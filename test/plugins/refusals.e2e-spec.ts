import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess } from '../support/server-process.js';

const SECRET = 'secret-0123456789abcdef-0123456789abcdef';
const PROGRAMS = [
  {
    main: 'apps/gateway/src/main.js',
    exitCode: 78,
    environment: {
      SERVER_ADDR: '127.0.0.1:0',
      LW_GATEWAY_INTERNAL_SECRET: SECRET,
      LW_GATEWAY_JWT_SECRET: SECRET,
    },
  },
  {
    main: 'apps/control-plane/src/main.js',
    exitCode: 1,
    environment: {
      CONTROL_PLANE_ADDR: '127.0.0.1:0',
      DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none',
      LW_GATEWAY_INTERNAL_SECRET: SECRET,
      LW_GATEWAY_JWT_SECRET: SECRET,
      LW_VIRTUAL_KEY_PEPPER: SECRET,
      CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
    },
  },
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gateway-test-plugins-'));
  await writeFile(path.join(folder, 'throws.mjs'), 'throw new Error("no licence file");');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.concurrent.each(PROGRAMS)('$main does not start', ({ main, exitCode, environment }) => {
  it.each([
    ['with a plugin that throws', 'throws.mjs', 'importing it failed (Error: no licence file)'],
    ['with a plugin that is not there', 'missing.mjs', 'Check the path'],
  ])('%s, and says which one and what to do', async (_what, file, sentence) => {
    const plugin = path.resolve(folder, file);
    const program = ServerProcess.spawn({ main, environment: { ...environment, LW_GATEWAY_PLUGINS: plugin } });
    expect((await program.exited).code).toBe(exitCode);
    expect(program.stderr).toContain(`The plugin "${plugin}" cannot be used: `);
    expect(program.stderr).toContain(sentence);
    expect(program.stderr).not.toMatch(/\n\s+at /);
  });
});
