import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, inject, it } from 'vitest';
import { findServerPort } from '../support/free-port.js';
import { ServerProcess, type ProcessExit } from '../support/server-process.js';

/** Exit code of a start that its configuration makes impossible (`EX_CONFIG`). */
const EXIT_CONFIG = 78;
const HAS_STACK = /\n\s+at /;

const GATEWAY = 'apps/gateway/src/main.js';
const CONTROL_PLANE = 'apps/control-plane/src/main.js';
const MIGRATE = 'apps/control-plane/src/migrate.js';

type Environment = Readonly<Record<string, string>>;

const GATEWAY_ENVIRONMENT: Environment = {
  SERVER_ADDR: '127.0.0.1:0',
  LW_GATEWAY_INTERNAL_SECRET: 'hunter2-internal-secret-0123456789abcdef',
  LW_GATEWAY_JWT_SECRET: 'hunter2-jwt-secret-0123456789abcdef-0123',
};

const CONTROL_PLANE_ENVIRONMENT: Environment = {
  CONTROL_PLANE_ADDR: '127.0.0.1:0',
  DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none',
  LW_GATEWAY_INTERNAL_SECRET: 'hunter2-internal-secret-0123456789abcdef',
  LW_GATEWAY_JWT_SECRET: 'hunter2-jwt-secret-0123456789abcdef-0123',
  LW_VIRTUAL_KEY_PEPPER: 'hunter2-key-pepper-0123456789abcdef-0123',
  CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 'hunter2').toString('base64')}`,
};

/** Starts a program that is expected to end by itself. */
async function refused(main: string, environment: Environment): Promise<ProcessExit & { readonly stderr: string }> {
  const process = ServerProcess.spawn({ main, environment });
  const exit = await process.exited;
  expect(process.stderr).not.toMatch(HAS_STACK);
  expect(process.output).not.toContain('hunter2');
  return { ...exit, stderr: process.stderr };
}

describe.concurrent('the gateway refuses to start', () => {
  it.each<[string, Environment, RegExp]>([
    [
      'without its internal secret',
      { LW_GATEWAY_INTERNAL_SECRET: '' },
      /LW_GATEWAY_INTERNAL_SECRET is not set\. Set it/,
    ],
    ['without its token secret', { LW_GATEWAY_JWT_SECRET: '' }, /LW_GATEWAY_JWT_SECRET is not set\. Set it/],
    [
      'with a number that is none',
      { SERVER_MAX_REQUEST_BODY_BYTES: '32MiB' },
      /SERVER_MAX_REQUEST_BODY_BYTES is "32MiB"\. Set it to a whole number/,
    ],
    [
      'with milliseconds where seconds belong',
      { LW_GATEWAY_CIRCUIT_WINDOW_S: '30000000000' },
      /LW_GATEWAY_CIRCUIT_WINDOW_S is 30000000000\. It counts seconds/,
    ],
    ['with a negative wait', { SERVER_DRAIN_DELAY_SECONDS: '-3' }, /SERVER_DRAIN_DELAY_SECONDS is -3\..* zero or more/],
    ['with a switch that is neither on nor off', { LW_GATEWAY_SPEND_ENABLED: 'perhaps' }, /Set it to true or false/],
    ['with an address that is none', { SERVER_ADDR: '5563' }, /SERVER_ADDR is "5563"\. Set it to host:port/],
    [
      'with a URL that is none',
      { LW_GATEWAY_BASE_URL: 'control-plane:5560' },
      /LW_GATEWAY_BASE_URL is not a plain URL/,
    ],
    [
      'with a retired variable',
      { LW_GATEWAY_AUTH_CACHE_SOFT_BUMP: '5m' },
      /LW_GATEWAY_AUTH_CACHE_SOFT_BUMP is no longer read\. Set LW_GATEWAY_AUTH_CACHE_SOFT_BUMP_SECONDS/,
    ],
    [
      'in a hosted environment with calls to private addresses allowed',
      { ENVIRONMENT: 'production', REQUIRE_HTTPS_CUSTOM_ENDPOINTS: 'true' },
      /BLOCK_LOCAL_HTTP_CALLS must be true/,
    ],
    [
      'in a hosted environment with plain http endpoints allowed',
      { ENVIRONMENT: 'production', BLOCK_LOCAL_HTTP_CALLS: 'true' },
      /REQUIRE_HTTPS_CUSTOM_ENDPOINTS must be true/,
    ],
  ])('%s, with one sentence that names the variable and the mend', async (_, changes, sentence) => {
    const { code, stderr } = await refused(GATEWAY, { ...GATEWAY_ENVIRONMENT, ...changes });

    expect(code).toBe(EXIT_CONFIG);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('The gateway cannot start:');
    expect(lines[1]).toMatch(sentence);
  });

  it('with several mistakes, and names all of them at once', async () => {
    const { code, stderr } = await refused(GATEWAY, { SERVER_ADDR: 'nowhere', LOG_LEVEL: 'loud' });

    expect(code).toBe(EXIT_CONFIG);
    for (const name of ['LW_GATEWAY_INTERNAL_SECRET', 'LW_GATEWAY_JWT_SECRET', 'SERVER_ADDR', 'LOG_LEVEL']) {
      expect(stderr).toContain(name);
    }
  });

  it('on a port that is taken, and names the port and the mend', async () => {
    const port = await findServerPort();
    const holder = createServer().listen(port, '127.0.0.1');
    await once(holder, 'listening');
    try {
      const address = `127.0.0.1:${port}`;
      const { code, stderr } = await refused(GATEWAY, { ...GATEWAY_ENVIRONMENT, SERVER_ADDR: address });
      expect(code).toBe(1);
      expect(stderr).toContain(
        `The gateway cannot listen on ${address} (EADDRINUSE). Stop what uses it, or set SERVER_ADDR`,
      );
    } finally {
      holder.close();
    }
  });
});

describe.concurrent('the control plane refuses to start', () => {
  it('without its variables, and names all of them at once', async () => {
    const { code, stderr } = await refused(CONTROL_PLANE, {});

    expect(code).toBe(1);
    for (const name of Object.keys(CONTROL_PLANE_ENVIRONMENT).filter((name) => name !== 'CONTROL_PLANE_ADDR')) {
      expect(stderr).toContain(`${name} is not set`);
    }
  });

  it('with a secret that is too short to be one, and does not repeat it', async () => {
    const changes = { LW_VIRTUAL_KEY_PEPPER: 'hunter2' };
    const { code, stderr } = await refused(CONTROL_PLANE, { ...CONTROL_PLANE_ENVIRONMENT, ...changes });

    expect(code).toBe(1);
    expect(stderr).toMatch(/LW_VIRTUAL_KEY_PEPPER must be at least 32 characters/);
  });

  it('without its database, and says which variable to look at', async () => {
    const { code, stderr } = await refused(CONTROL_PLANE, CONTROL_PLANE_ENVIRONMENT);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^The database cannot be reached: start it, or correct DATABASE_URL/);
  });

  it('on a database that was not migrated, and names the command that mends it', async () => {
    const changes = { DATABASE_URL: inject('postgresUrl') };
    const { code, stderr } = await refused(CONTROL_PLANE, { ...CONTROL_PLANE_ENVIRONMENT, ...changes });

    expect(code).toBe(1);
    expect(stderr).toContain('npm run migrate');
  });

  it('and so does the migration, without a database to migrate', async () => {
    const { code, stderr } = await refused(MIGRATE, {});

    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL is not set');
  });
});
