import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderConfigurationTable } from './configuration-page.js';
import { ConfigError, readGatewayConfig } from './gateway-config.js';
import type { Environment } from './variable.js';

const REQUIRED: Environment = { LW_GATEWAY_INTERNAL_SECRET: 'internal', LW_GATEWAY_JWT_SECRET: 'jwt' };

function problemsOf(environment: Environment): readonly string[] {
  try {
    readGatewayConfig({ ...REQUIRED, ...environment });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

describe('readGatewayConfig', () => {
  it('needs nothing but the two secrets, and defaults as documented', () => {
    expect(readGatewayConfig(REQUIRED)).toMatchObject({
      serverAddress: ':5563',
      controlPlaneUrl: 'http://localhost:5560',
      controlPlaneUrlIsExplicit: false,
      gracefulMs: 900_000,
      drainDelayMs: 3_000,
      requestBodyBytesMax: 33_554_432,
      authCacheEntriesMax: 50_000,
      authCacheHardGraceMs: 21_600_000,
      authCacheConfigTtlMs: 60_000,
      authCacheRefreshThresholdMs: 300_000,
      controlPlaneRequestTimeoutMs: 10_000,
      controlPlaneLongPollMs: 10_000,
      bootstrapAllKeys: false,
      startupNetcheckHosts: [],
      startupNetcheckTimeoutMs: 2_000,
      circuitThreshold: 10,
      budgetWarnThresholdPercent: 80,
      spendEnabled: true,
    });
  });

  it('names every problem at once, each with its variable and the mend', () => {
    const problems = problemsOf({
      LW_GATEWAY_INTERNAL_SECRET: '',
      SERVER_DRAIN_DELAY_SECONDS: 'soon',
      LW_GATEWAY_SPEND_ENABLED: 'perhaps',
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).toMatch(/SERVER_DRAIN_DELAY_SECONDS.*whole number/);
    expect(problems.join()).toMatch(/LW_GATEWAY_INTERNAL_SECRET is not set/);
    expect(problems.join()).toMatch(/LW_GATEWAY_SPEND_ENABLED.*true or false/);
  });

  it('never shows a secret in a problem', () => {
    expect(problemsOf({ LW_GATEWAY_JWT_SECRET: 'hunter2', LOG_LEVEL: 'loud' }).join()).not.toContain('hunter2');
  });

  it.each([
    ['LW_GATEWAY_AUTH_CACHE_SOFT_BUMP', '5m'],
    ['SERVER_GRACEFUL_SECONDS', '-1'],
    ['SERVER_DRAIN_DELAY_SECONDS', '3000000000'],
    ['LW_GATEWAY_BASE_URL', 'not a url'],
    ['LW_GATEWAY_BASE_URL', 'http://user:secret@host'],
    ['SERVER_ADDR', '5563'],
    ['SERVER_ADDR', ':70000'],
    ['LOG_FORMAT', 'xml'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['LW_GATEWAY_BUDGET_WARN_THRESHOLD_PERCENT', '101'],
    ['LW_GATEWAY_AUTH_CACHE_CONFIG_TTL_SECONDS', '1m'],
    ['LW_GATEWAY_AUTH_CACHE_JWT_REFRESH_THRESHOLD_SECONDS', '-1'],
    ['LW_GATEWAY_CONTROL_PLANE_REQUEST_TIMEOUT_SECONDS', '301'],
    ['LW_GATEWAY_CONTROL_PLANE_LONG_POLL_TIMEOUT_SECONDS', '26'],
    ['LW_GATEWAY_BOOTSTRAP_ALL_KEYS', 'perhaps'],
    ['LW_GATEWAY_STARTUP_NETCHECK_HOSTS', 'db.internal:0'],
    ['LW_GATEWAY_STARTUP_NETCHECK_HOSTS', 'db.internal:65536'],
    ['LW_GATEWAY_STARTUP_NETCHECK_HOSTS', 'https://db.internal'],
    ['LW_GATEWAY_STARTUP_NETCHECK_TIMEOUT_SECONDS', '2s'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(problemsOf({ [name]: value }).join()).toContain(name);
  });

  it('refuses a deployment that is not local without both egress policies', () => {
    expect(problemsOf({ ENVIRONMENT: 'production' })).toHaveLength(2);
    const policies = { BLOCK_LOCAL_HTTP_CALLS: 'true', REQUIRE_HTTPS_CUSTOM_ENDPOINTS: '1' };
    expect(problemsOf({ ENVIRONMENT: 'production', ...policies })).toEqual([]);
  });

  it('takes zero for the default and negative for "disabled" where the contract says so', () => {
    const config = readGatewayConfig({
      ...REQUIRED,
      LW_GATEWAY_AUTH_CACHE_SOFT_BUMP_SECONDS: '0',
      LW_GATEWAY_AUTH_CACHE_HARD_GRACE_SECONDS: '-1',
      SERVER_DRAIN_DELAY_SECONDS: '0',
    });
    expect(config).toMatchObject({ authCacheSoftBumpMs: 300_000, authCacheHardGraceMs: -1_000, drainDelayMs: 0 });
  });

  it('lets the refresh interval win over its older name', () => {
    const older = { ...REQUIRED, LW_GATEWAY_AUTH_CACHE_CONFIG_TTL_SECONDS: '30' };
    expect(readGatewayConfig(older)).toMatchObject({ authCacheConfigTtlMs: 30_000 });
    const both = { ...older, LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS: '5' };
    expect(readGatewayConfig(both)).toMatchObject({ authCacheConfigTtlMs: 5_000 });
  });

  it('reads the hosts of the network check with and without a port', () => {
    const hosts = 'api.openai.com, db.internal:5432,[::1]:8443';
    expect(readGatewayConfig({ ...REQUIRED, LW_GATEWAY_STARTUP_NETCHECK_HOSTS: hosts }).startupNetcheckHosts).toEqual([
      { host: 'api.openai.com', port: 443 },
      { host: 'db.internal', port: 5432 },
      { host: '::1', port: 8443 },
    ]);
  });

  it('reads an older name while the newer one is empty', () => {
    const environment = {
      ...REQUIRED,
      SERVER_ADDR: '',
      GATEWAY_LISTEN_ADDR: ':1',
      GATEWAY_CONTROL_PLANE_URL: 'http://cp/x/',
    };
    expect(readGatewayConfig(environment)).toMatchObject({
      serverAddress: ':1',
      controlPlaneUrl: 'http://cp/x',
      controlPlaneUrlIsExplicit: true,
    });
  });
});

describe('docs/configuration.md', () => {
  it('holds the table of all variables, as the code has them', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toContain(renderConfigurationTable());
  });
});
