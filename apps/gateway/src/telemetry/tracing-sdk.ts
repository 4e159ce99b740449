import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { GatewayConfig } from '../config/gateway-config.js';
import { SERVICE_NAME } from './service-name.js';

/** What stops tracing and sends what is left. */
export interface TracingSdk {
  shutdown(): Promise<void>;
}

/**
 * Starts OpenTelemetry with W3C propagation and an OTLP exporter over HTTP. Sampler, headers and batching follow the
 * official `OTEL_` variables, which the SDK reads itself.
 *
 * It must run before the first span, so `main` calls it before Nest is built.
 */
export function startTracing(config: GatewayConfig, version: string): TracingSdk {
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: SERVICE_NAME,
      [ATTR_SERVICE_VERSION]: version,
      'deployment.environment.name': config.environment,
      'langwatch.origin': 'platform_internal',
    }),
    traceExporter: new OTLPTraceExporter(endpointOptions(config)),
    instrumentations: [],
  });
  sdk.start();
  return { shutdown: () => sdk.shutdown() };
}

function endpointOptions(config: GatewayConfig): { url?: string } {
  if (config.otlpTracesEndpoint !== undefined) return { url: config.otlpTracesEndpoint };
  if (config.otlpEndpoint === undefined) return {};
  const base = config.otlpEndpoint.replace(/\/+$/, '');
  return { url: base.endsWith('/v1/traces') ? base : `${base}/v1/traces` };
}
