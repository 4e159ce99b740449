import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  address,
  choice,
  flag,
  hostPorts,
  integer,
  list,
  optionalSecret,
  optionalText,
  redis,
  requiredSecret,
  seconds,
  text,
  url,
} from './variable.js';

const MEBIBYTE = 1024 * 1024;

/** Every environment variable that the gateway reads; `docs/configuration.md` is this table. */
export const GATEWAY_VARIABLES = {
  environment: text('ENVIRONMENT', {
    default: 'local',
    about:
      'Name of the deployment; stands in logs and probes. Any value but `local` demands the two egress policies below.',
  }),
  serverAddress: address('SERVER_ADDR', {
    default: ':5563',
    legacyName: 'GATEWAY_LISTEN_ADDR',
    about: 'Host and port of the listener; without a host it listens on all interfaces.',
  }),
  gracefulMs: seconds('SERVER_GRACEFUL_SECONDS', {
    default: 900,
    about: 'How long requests in flight and the spool may take to finish after the drain delay.',
  }),
  drainDelayMs: seconds('SERVER_DRAIN_DELAY_SECONDS', {
    default: 3,
    about: 'Wait between the moment readiness turns 503 and the moment the listener closes.',
  }),
  requestBodyBytesMax: integer('SERVER_MAX_REQUEST_BODY_BYTES', {
    default: 32 * MEBIBYTE,
    min: 1,
    max: 1024 * MEBIBYTE,
    zeroMeansDefault: true,
    about: 'Largest request body, in bytes, both as sent and after decompression.',
  }),
  requestTimeoutMs: seconds('SERVER_REQUEST_TIMEOUT_SECONDS', {
    default: 300,
    about: 'How long a client may take to send its whole request; 0 means no limit.',
  }),
  logLevel: choice('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], {
    default: 'info',
    legacyName: 'GATEWAY_LOG_LEVEL',
    about: 'Least severe level that is logged.',
  }),
  logFormat: choice('LOG_FORMAT', ['json', 'pretty'], {
    default: 'json',
    about: 'One JSON object a line, or lines for a person to read.',
  }),
  controlPlaneUrl: url('LW_GATEWAY_BASE_URL', {
    default: 'http://localhost:5560',
    legacyName: 'GATEWAY_CONTROL_PLANE_URL',
    about: 'Base URL of the control plane; may carry a path prefix.',
  }),
  internalSecret: requiredSecret('LW_GATEWAY_INTERNAL_SECRET', {
    about: 'Secret that signs calls between gateway and control plane.',
  }),
  internalSecretPrevious: optionalSecret('LW_GATEWAY_INTERNAL_SECRET_PREVIOUS', {
    about:
      'The secret before, while it is rotated out: a call that the control plane refuses under one secret is made once more under the other.',
  }),
  controlPlaneRequestTimeoutMs: seconds('LW_GATEWAY_CONTROL_PLANE_REQUEST_TIMEOUT_SECONDS', {
    default: 10,
    max: 300,
    zeroMeansDefault: true,
    about: 'How long a call to the control plane may take, and how long a request waits for its key to be resolved.',
  }),
  controlPlaneLongPollMs: seconds('LW_GATEWAY_CONTROL_PLANE_LONG_POLL_TIMEOUT_SECONDS', {
    default: 10,
    max: 25,
    zeroMeansDefault: true,
    about: 'How long the control plane may hold a poll of the change feed when there is no news, 1 to 25.',
  }),
  jwtSecret: requiredSecret('LW_GATEWAY_JWT_SECRET', {
    about: 'Secret that verifies what the control plane says of a key.',
  }),
  jwtSecretPrevious: optionalSecret('LW_GATEWAY_JWT_SECRET_PREVIOUS', {
    about: 'The secret before, while it is rotated out.',
  }),
  authCacheEntriesMax: integer('LW_GATEWAY_AUTH_CACHE_LRU_SIZE', {
    default: 50_000,
    min: 1,
    max: 10_000_000,
    zeroMeansDefault: true,
    about: 'How many keys are kept in memory.',
  }),
  authCacheSoftBumpMs: seconds('LW_GATEWAY_AUTH_CACHE_SOFT_BUMP_SECONDS', {
    default: 300,
    zeroMeansDefault: true,
    about: 'How much longer an expired key is served when the control plane cannot be reached.',
  }),
  authCacheHardGraceMs: seconds('LW_GATEWAY_AUTH_CACHE_HARD_GRACE_SECONDS', {
    default: 21_600,
    zeroMeansDefault: true,
    negativeDisables: true,
    about: 'The most that an expired key is served while the control plane cannot be reached; negative: never.',
  }),
  authCacheConfigTtlMs: seconds('LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS', {
    default: 60,
    legacyName: 'LW_GATEWAY_AUTH_CACHE_CONFIG_TTL_SECONDS',
    zeroMeansDefault: true,
    negativeDisables: true,
    about:
      'How often the configuration of a key in use is revalidated; negative: never. While the change feed is lost, a request waits for it. The first of the two names wins.',
  }),
  authCacheRefreshThresholdMs: seconds('LW_GATEWAY_AUTH_CACHE_JWT_REFRESH_THRESHOLD_SECONDS', {
    default: 300,
    zeroMeansDefault: true,
    about: 'How long before the identity of a key expires a request starts to renew it in the background.',
  }),
  redis: redis('LW_GATEWAY_REDIS_URL', {
    about:
      'Redis or Valkey through which replicas share resolved keys, sealed: `redis://`, `rediss://`, `redis+sentinel://host,host/master` or `redis+cluster://host,host`. Nothing depends on it.',
  }),
  redisCommandTimeoutMs: integer('LW_GATEWAY_REDIS_COMMAND_TIMEOUT_MS', {
    default: 50,
    min: 1,
    max: 5_000,
    zeroMeansDefault: true,
    about: 'The longest, in milliseconds, that a request may wait for Redis.',
  }),
  bootstrapAllKeys: flag('LW_GATEWAY_BOOTSTRAP_ALL_KEYS', {
    default: false,
    about: 'Load every active key before startup is complete. A control plane that cannot do so is warned of once.',
  }),
  startupNetcheckHosts: hostPorts('LW_GATEWAY_STARTUP_NETCHECK_HOSTS', {
    defaultPort: 443,
    about:
      'Hosts, as `host` or `host:port` separated by commas (port 443 by default), whose names must resolve and that must accept a connection before startup is complete.',
  }),
  startupNetcheckTimeoutMs: seconds('LW_GATEWAY_STARTUP_NETCHECK_TIMEOUT_SECONDS', {
    default: 2,
    max: 60,
    zeroMeansDefault: true,
    about: 'How long each of these look-ups and connections may take; it is tried again every second.',
  }),
  circuitWindowMs: seconds('LW_GATEWAY_CIRCUIT_WINDOW_S', {
    default: 30,
    zeroMeansDefault: true,
    about: 'Window in which the circuit breaker of a model provider counts failures.',
  }),
  circuitThreshold: integer('LW_GATEWAY_CIRCUIT_THRESHOLD', {
    default: 10,
    min: 1,
    max: 10_000,
    zeroMeansDefault: true,
    about: 'Failures within the window that open the circuit.',
  }),
  circuitCooldownMs: seconds('LW_GATEWAY_CIRCUIT_COOLDOWN_S', {
    default: 60,
    zeroMeansDefault: true,
    about: 'How long an open circuit waits before it lets one request try.',
  }),
  connectTimeoutMs: seconds('LW_GATEWAY_CONNECT_TIMEOUT_SECONDS', {
    default: 10,
    max: 3600,
    zeroMeansDefault: true,
    about: 'How long a provider may take to take a connection, TLS included.',
  }),
  headersTimeoutMs: seconds('LW_GATEWAY_HEADERS_TIMEOUT_SECONDS', {
    default: 840,
    max: 3600,
    zeroMeansDefault: true,
    about: 'How long a provider may take from there to its status; an answer that is no stream is made in this time.',
  }),
  firstTokenTimeoutMs: seconds('LW_GATEWAY_FIRST_TOKEN_TIMEOUT_SECONDS', {
    default: 840,
    max: 3600,
    zeroMeansDefault: true,
    about: 'How long a provider may take from there to the first content of a stream.',
  }),
  betweenTokensTimeoutMs: seconds('LW_GATEWAY_BETWEEN_TOKENS_TIMEOUT_SECONDS', {
    default: 840,
    max: 3600,
    zeroMeansDefault: true,
    about: 'How long a provider may keep silent in the middle of an answer.',
  }),
  totalTimeoutMs: seconds('LW_GATEWAY_TOTAL_TIMEOUT_SECONDS', {
    default: 3600,
    max: 3600,
    zeroMeansDefault: true,
    about: 'How long one attempt at a provider may take from beginning to end.',
  }),
  budgetWarnThresholdPercent: integer('LW_GATEWAY_BUDGET_WARN_THRESHOLD_PERCENT', {
    default: 80,
    min: 1,
    max: 100,
    about: 'Share of a budget, in percent, from which answers carry a warning header.',
  }),
  spendEnabled: flag('LW_GATEWAY_SPEND_ENABLED', {
    default: true,
    about: 'Whether spend is recorded and shipped to the control plane.',
  }),
  spendSpoolDir: text('LW_GATEWAY_SPEND_SPOOL_DIR', {
    default: join(tmpdir(), 'langwatch-gateway-spend-spool'),
    about: 'Folder of the spend spool. Put it on a volume that outlives the process.',
  }),
  spendSpoolBytesMax: integer('LW_GATEWAY_SPEND_SPOOL_MAX_BYTES', {
    default: 64 * MEBIBYTE,
    min: MEBIBYTE,
    max: 1024 * 1024 * MEBIBYTE,
    zeroMeansDefault: true,
    about: 'Largest size of the spool; beyond it the oldest records are dropped, counted and alarmed.',
  }),
  spendFlushIntervalMs: seconds('LW_GATEWAY_SPEND_FLUSH_INTERVAL_SECONDS', {
    default: 1,
    zeroMeansDefault: true,
    about: 'How often spooled records are sealed and handed to the drainer.',
  }),
  spendIngestUrl: optionalText('LW_GATEWAY_SPEND_INGEST_BASE_URL', {
    about: 'Base URL that spend is shipped to, when it is not the control plane’s.',
  }),
  blockLocalHttpCalls: flag('BLOCK_LOCAL_HTTP_CALLS', {
    default: false,
    about: 'Refuse customer endpoints at private, loopback and reserved addresses.',
  }),
  requireHttpsCustomEndpoints: flag('REQUIRE_HTTPS_CUSTOM_ENDPOINTS', {
    default: false,
    about: 'Refuse customer endpoints that are not https.',
  }),
  plugins: list('LW_GATEWAY_PLUGINS', {
    about:
      'Providers of your own, separated by commas: packages that are installed beside the gateway, or files, whose paths begin with `./` or `/`. The control plane needs the same value.',
  }),
  allowedProxyHosts: list('ALLOWED_PROXY_HOSTS', {
    about: 'Hosts, separated by commas, that the private-address block does not apply to.',
  }),
  otlpEndpoint: optionalText('OTEL_EXPORTER_OTLP_ENDPOINT', {
    legacyName: 'OTEL_OTLP_ENDPOINT',
    about: 'OTLP base URL for traces; `/v1/traces` is appended. Without an endpoint nothing is exported.',
  }),
  otlpTracesEndpoint: optionalText('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', {
    about: 'OTLP URL for traces, used as it is; wins over the base URL.',
  }),
  otlpProtocol: choice('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/protobuf'], {
    default: 'http/protobuf',
    about: 'Protocol of the OTLP export.',
  }),
  otelTracesExporter: choice('OTEL_TRACES_EXPORTER', ['otlp', 'none'], {
    default: 'otlp',
    about: '`none` switches the export of traces off.',
  }),
  otelDisabled: flag('OTEL_SDK_DISABLED', {
    default: false,
    about: 'Switches OpenTelemetry off altogether.',
  }),
};
