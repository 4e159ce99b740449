import type { ControlPlaneAnswer, ControlPlaneCall } from '#gateway-protocol';
import { RotatingControlPlaneClient, type RotatingClientOptions } from '../core/rotating-control-plane-client.js';
import type { GatewayMetrics } from './gateway-metrics.js';

/** Calls that are counted, by the first segment of their path (contract 11.1). */
const ENDPOINTS: ReadonlySet<string> = new Set(['resolve-key', 'config', 'guardrail', 'health', 'bootstrap']);

/** A control-plane client that counts its calls. */
export class MeteredControlPlaneClient extends RotatingControlPlaneClient {
  constructor(
    private readonly meteredOptions: RotatingClientOptions,
    private readonly metrics: GatewayMetrics,
  ) {
    super(meteredOptions);
  }

  override async request(call: ControlPlaneCall): Promise<ControlPlaneAnswer> {
    const endpoint = call.path.split('/', 2)[1] ?? '';
    if (!ENDPOINTS.has(endpoint)) return super.request(call);
    const { clock } = this.meteredOptions;
    const startedAtMs = clock.monotonicMs();
    let status = 'error';
    try {
      const answer = await super.request(call);
      status = String(answer.status);
      return answer;
    } finally {
      this.metrics.controlPlaneCalled(endpoint, status, clock.monotonicMs() - startedAtMs);
    }
  }
}
