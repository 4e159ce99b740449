import type { DefaultLimits } from '../routing/reliability.js';
import { GATEWAY_VARIABLES } from './gateway-variables.js';
import { VariableProblem, type Environment, type Variable } from './variable.js';

type ValueOf<Declared> = Declared extends Variable<infer Value> ? Value : never;
type Values = { readonly [Key in keyof typeof GATEWAY_VARIABLES]: ValueOf<(typeof GATEWAY_VARIABLES)[Key]> };

/** The settings by name. Durations are in milliseconds. */
interface Settings extends Values {
  /** False when the control plane's URL is only the default, which is worth a warning. */
  readonly controlPlaneUrlIsExplicit: boolean;
  /** The time limits of attempts, together. */
  readonly attemptLimits: DefaultLimits;
}

/** The gateway's configuration, read once at boot. Durations are in milliseconds. Also its Nest token. */
// The fields come from the table of variables, so that a variable is declared once.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export abstract class GatewayConfig {}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface GatewayConfig extends Settings {}

/** The configuration cannot work; every problem at once, each with the variable's name and the mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The gateway cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Variables that the reference stopped reading; each would silently change a duration a million-fold. */
const RETIRED = [
  'LW_GATEWAY_AUTH_CACHE_SOFT_BUMP',
  'LW_GATEWAY_AUTH_CACHE_HARD_GRACE',
  'LW_GATEWAY_AUTH_CACHE_CONFIG_TTL',
];

/**
 * Reads and checks the whole configuration (contract 1.1 to 1.4). An empty variable counts as unset.
 *
 * @throws ConfigError with all problems when anything is missing, malformed, retired or contradictory.
 */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const problems: string[] = [];
  const values = readAll(environment, problems);
  problems.push(...retiredVariables(environment), ...hostedEgress(values));
  if (problems.length > 0) throw new ConfigError(problems);
  const { name, legacyName } = GATEWAY_VARIABLES.controlPlaneUrl;
  return {
    ...(values as Values),
    controlPlaneUrlIsExplicit: Boolean(environment[name] || environment[legacyName ?? '']),
    attemptLimits: attemptLimits(values as Values),
  };
}

function attemptLimits(values: Values): DefaultLimits {
  return {
    connectMs: values.connectTimeoutMs,
    headersMs: values.headersTimeoutMs,
    firstTokenMs: values.firstTokenTimeoutMs,
    betweenTokensMs: values.betweenTokensTimeoutMs,
    totalMs: values.totalTimeoutMs,
  };
}

function readAll(environment: Environment, problems: string[]): Partial<Values> {
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries<Variable<unknown>>(GATEWAY_VARIABLES)) {
    const { name, legacyName } = variable;
    const own = environment[name] || undefined;
    const legacy = legacyName === undefined ? undefined : environment[legacyName] || undefined;
    try {
      values[key] = variable.read(own ?? legacy);
    } catch (error) {
      if (!(error instanceof VariableProblem)) throw error;
      const isLegacy = own === undefined && legacyName !== undefined && legacy !== undefined;
      problems.push(isLegacy ? error.message.replaceAll(name, legacyName) : error.message);
    }
  }
  return values as Partial<Values>;
}

function retiredVariables(environment: Environment): string[] {
  return RETIRED.filter((name) => environment[name]).map(
    (name) => `${name} is no longer read. Set ${name}_SECONDS, a whole number of seconds.`,
  );
}

function hostedEgress(values: Partial<Values>): string[] {
  if (values.environment === undefined || values.environment === 'local') return [];
  const problems: string[] = [];
  if (values.blockLocalHttpCalls === false) {
    problems.push('ENVIRONMENT is not local, so BLOCK_LOCAL_HTTP_CALLS must be true.');
  }
  if (values.requireHttpsCustomEndpoints === false) {
    problems.push('ENVIRONMENT is not local, so REQUIRE_HTTPS_CUSTOM_ENDPOINTS must be true.');
  }
  return problems;
}
