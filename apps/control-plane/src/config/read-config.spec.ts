import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, readDatabaseUrl } from './read-config.js';

const COMPLETE = {
  DATABASE_URL: 'postgres://app:password@db.internal:5432/gateway',
  LW_GATEWAY_INTERNAL_SECRET: 'shared-test-secret-32byteslong!!',
  LW_GATEWAY_JWT_SECRET: 'j'.repeat(32),
  LW_VIRTUAL_KEY_PEPPER: 'p'.repeat(32),
  CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
};

function refusal(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'no refusal';
}

describe('readConfig', () => {
  it('listens on loopback unless told otherwise', () => {
    expect(readConfig(COMPLETE)).toMatchObject({ host: '127.0.0.1', port: 5560, logLevel: 'info', logFormat: 'json' });
  });

  it.each([
    [':5560', '::', 5560],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['[::1]:0', '::1', 0],
    ['localhost:65535', 'localhost', 65_535],
  ])('reads the address %s', (address, host, port) => {
    expect(readConfig({ ...COMPLETE, CONTROL_PLANE_ADDR: address })).toMatchObject({ host, port });
  });

  it('takes an empty variable for an unset one', () => {
    const config = readConfig({ ...COMPLETE, CONTROL_PLANE_ADDR: '', LW_GATEWAY_INTERNAL_SECRET_PREVIOUS: '' });
    expect(config.port).toBe(5560);
    expect(config.internalSecrets).toEqual([COMPLETE.LW_GATEWAY_INTERNAL_SECRET]);
    expect(refusal({ ...COMPLETE, LW_GATEWAY_JWT_SECRET: '' })).toContain('LW_GATEWAY_JWT_SECRET is not set');
  });

  it('puts the current secret before the previous one', () => {
    const config = readConfig({ ...COMPLETE, LW_GATEWAY_INTERNAL_SECRET_PREVIOUS: 'o'.repeat(40) });
    expect(config.internalSecrets).toEqual([COMPLETE.LW_GATEWAY_INTERNAL_SECRET, 'o'.repeat(40)]);
  });

  it('reads several sealing keys in order', () => {
    const key = Buffer.alloc(32, 9).toString('base64');
    const config = readConfig({
      ...COMPLETE,
      CONTROL_PLANE_SEALING_KEYS: `2:${key}, ${COMPLETE.CONTROL_PLANE_SEALING_KEYS}`,
    });
    expect(config.sealingKeys.map(({ version }) => version)).toEqual([2, 1]);
    expect(Buffer.from(config.sealingKeys[0]?.key ?? []).equals(Buffer.alloc(32, 9))).toBe(true);
  });

  it('names every problem at once, each with its mend', () => {
    const message = refusal({});
    for (const name of Object.keys(COMPLETE)) expect(message).toContain(`${name} is not set; it must be`);
    expect(message).toContain('openssl rand -hex 32');
  });

  it.each([
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['CONTROL_PLANE_ADDR', '5560'],
    ['CONTROL_PLANE_ADDR', ':65536'],
    ['LW_GATEWAY_INTERNAL_SECRET', 'too-short'],
    ['LW_VIRTUAL_KEY_PEPPER_PREVIOUS', 'too-short'],
    ['CONTROL_PLANE_SEALING_KEYS', '1:c2hvcnQ='],
    ['CONTROL_PLANE_SEALING_KEYS', `${COMPLETE.CONTROL_PLANE_SEALING_KEYS},${COMPLETE.CONTROL_PLANE_SEALING_KEYS}`],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['BLOCK_LOCAL_HTTP_CALLS', 'yes'],
    ['DATABASE_CONNECTIONS_MAX', '0'],
    ['CONTROL_PLANE_GRACEFUL_SECONDS', '-1'],
  ])('refuses a wrong %s without repeating its value', (name, value) => {
    const message = refusal({ ...COMPLETE, [name]: value });
    expect(message).toContain(`${name} must be`);
    expect(message).not.toContain(` ${value}\n`);
    expect(message).not.toMatch(/too-short|c2hvcnQ/);
  });
});

describe('readDatabaseUrl', () => {
  it('needs nothing but the URL', () => {
    expect(readDatabaseUrl({ DATABASE_URL: COMPLETE.DATABASE_URL })).toBe(COMPLETE.DATABASE_URL);
    expect(() => readDatabaseUrl({})).toThrow('DATABASE_URL is not set');
  });
});
