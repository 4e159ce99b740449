import type { GatewayConfig } from '../config/gateway-config.js';

/** Whether spans are recorded, decided before Nest is built. Also its Nest token. */
export class TracingOptions {
  constructor(readonly enabled: boolean) {}
}

/** True when the official variables ask for traces; without an endpoint nothing is exported (contract 1.2). */
export function wantsTracing(config: GatewayConfig): boolean {
  const hasEndpoint = config.otlpEndpoint !== undefined || config.otlpTracesEndpoint !== undefined;
  return hasEndpoint && config.otelTracesExporter === 'otlp' && !config.otelDisabled;
}
