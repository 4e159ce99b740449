import { PROVIDER_KEY_VARIABLES } from './first-run/environment-providers.js';
import type { LocalSecrets } from './local-secrets.js';

/** What the two programs are told about each other and about this machine. */
export interface AppWiring {
  readonly controlPlaneUrl: string;
  readonly gatewayUrl: string;
  readonly databaseUrl: string;
  readonly spoolDir: string;
  readonly secrets: LocalSecrets;
  /** Our own environment: whatever else the programs can be told passes through. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** Nobody waits behind a load balancer here, so the gateway need not stay open for one. */
const DRAIN_DELAY_SECONDS = '0';
const GRACEFUL_SECONDS = '8';

/** The environments of both programs: that is the only way they are told anything. */
export function appEnvironments(wiring: AppWiring): { controlPlane: NodeJS.ProcessEnv; gateway: NodeJS.ProcessEnv } {
  const { secrets } = wiring;
  const shared = {
    ...withoutProviderKeys(wiring.inherited),
    LW_GATEWAY_INTERNAL_SECRET: secrets.internalSecret,
    LW_GATEWAY_JWT_SECRET: secrets.jwtSecret,
  };
  return {
    controlPlane: {
      ...shared,
      CONTROL_PLANE_ADDR: new URL(wiring.controlPlaneUrl).host,
      CONTROL_PLANE_GRACEFUL_SECONDS: GRACEFUL_SECONDS,
      DATABASE_URL: wiring.databaseUrl,
      LW_VIRTUAL_KEY_PEPPER: secrets.keyPepper,
      CONTROL_PLANE_SEALING_KEYS: `1:${secrets.sealingKey}`,
    },
    gateway: {
      ...shared,
      SERVER_ADDR: new URL(wiring.gatewayUrl).host,
      SERVER_DRAIN_DELAY_SECONDS: DRAIN_DELAY_SECONDS,
      SERVER_GRACEFUL_SECONDS: GRACEFUL_SECONDS,
      LW_GATEWAY_BASE_URL: wiring.controlPlaneUrl,
      LW_GATEWAY_SPEND_SPOOL_DIR: wiring.spoolDir,
    },
  };
}

/** Providers' keys are sealed in the database; a program that does not need them should not hold them. */
function withoutProviderKeys(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !PROVIDER_KEY_VARIABLES.includes(name)));
}
