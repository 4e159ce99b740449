import type { BudgetScope } from '#gateway-protocol';
import type { WalkEvent } from '#retry';
import { Injectable } from '@nestjs/common';
import type { Exchange } from '../exchange/exchange.js';
import type { Candidate } from '../routing/candidate.js';
import { LabelledCounter, LabelledHistogram } from './labelled-metrics.js';
import { ModelLabel } from './model-label.js';
import { observeMetric } from './observed-metric.js';

/** Buckets of every histogram, in seconds (contract 11.1). */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

const UNKNOWN = 'unknown';

/** The gateway's own metrics by their public names (contract 11.1); `/metrics` serves them. */
@Injectable()
export class GatewayMetrics {
  private readonly modelLabel = new ModelLabel();
  private inFlight = 0;
  private streaming = 0;

  private readonly requests = new LabelledCounter({
    name: 'gateway_http_requests_total',
    help: 'Requests on public endpoints that are over.',
    labelNames: ['route', 'status', 'provider', 'model'],
  });
  private readonly requestDuration = histogram(
    'gateway_http_request_duration_seconds',
    'Time from the arrival of a request to the end of its answer, streams included.',
    ['route', 'provider'],
  );
  private readonly usageMissing = new LabelledCounter({
    name: 'gateway_streaming_usage_missing_total',
    help: 'Streams whose provider reported no usage, so that it was estimated.',
    labelNames: ['provider', 'model'],
  });
  private readonly providerDuration = histogram(
    'gateway_provider_duration_seconds',
    'Time of one attempt at a provider.',
    ['provider', 'model'],
  );
  private readonly attempts = new LabelledCounter({
    name: 'gateway_provider_attempts_total',
    help: 'Steps of walks over candidates, by outcome.',
    labelNames: ['credential_id', 'outcome'],
  });
  private readonly fallbacks = new LabelledCounter({
    name: 'gateway_fallback_events_total',
    help: 'Requests that another than the first candidate served.',
    labelNames: ['from_credential', 'to_credential'],
  });
  private readonly budgetBlocks = new LabelledCounter({
    name: 'gateway_budget_blocks_total',
    help: 'Requests refused because a budget is used up.',
    labelNames: ['scope'],
  });
  private readonly rateLimitDenials = new LabelledCounter({
    name: 'gateway_rate_limit_denied_total',
    help: 'Requests refused because a key reached a ceiling.',
    labelNames: ['dimension', 'vk_id'],
  });
  private readonly malformedEvents = new LabelledCounter({
    name: 'gateway_stream_malformed_events_total',
    help: 'Events of provider streams that nobody could read, and that were withheld.',
    labelNames: ['provider', 'model'],
  });
  private readonly controlPlaneRequests = new LabelledCounter({
    name: 'gateway_control_plane_requests_total',
    help: 'Calls to the control plane, long polls and spend batches aside.',
    labelNames: ['endpoint', 'status'],
  });
  private readonly controlPlaneDuration = histogram(
    'gateway_internal_rtt_seconds',
    'Time of a call to the control plane, long polls and spend batches aside.',
    ['endpoint'],
  );
  private readonly clientRejects = new LabelledCounter({
    name: 'gateway_client_rejects_total',
    help: 'Requests of known keys that the gateway refused for a reason on the client side.',
    labelNames: ['code', 'vk_id'],
  });

  constructor() {
    observeMetric({
      kind: 'gauge',
      name: 'gateway_in_flight_requests',
      help: 'Requests on public endpoints that are not over.',
      samples: () => [{ value: this.inFlight }],
    });
    observeMetric({
      kind: 'gauge',
      name: 'gateway_streaming_active',
      help: 'Streams that are open to clients.',
      samples: () => [{ value: this.streaming }],
    });
  }

  /** A request arrived on a public endpoint. */
  requestStarted(): void {
    this.inFlight += 1;
  }

  /** A request is over, with the status that the client saw. */
  requestEnded(exchange: Exchange, status: number, durationMs: number): void {
    this.inFlight -= 1;
    const { route } = exchange.endpoint;
    const provider = exchange.candidate?.modelProvider.family ?? UNKNOWN;
    this.requests.inc(route, String(status), provider, this.modelOf(exchange));
    this.requestDuration.observe(durationMs / 1000, route, provider);
  }

  /** A stream to a client opened. */
  streamStarted(): void {
    this.streaming += 1;
  }

  /** A stream to a client is over. */
  streamEnded(): void {
    this.streaming -= 1;
  }

  /** A provider reported no usage. */
  usageMissed(exchange: Exchange): void {
    this.usageMissing.inc(exchange.candidate?.modelProvider.family ?? UNKNOWN, this.modelOf(exchange));
  }

  /** Events of a stream could not be read and were withheld. */
  eventsWithheld(exchange: Exchange, count: number): void {
    for (let event = 0; event < count; event += 1) {
      this.malformedEvents.inc(exchange.candidate?.modelProvider.family ?? UNKNOWN, this.modelOf(exchange));
    }
  }

  /** A walk took a step. */
  walkEvent(exchange: Exchange, event: WalkEvent<Candidate>): void {
    const { modelProvider } = event.candidate;
    this.attempts.inc(modelProvider.id, event.reason);
    if (event.durationMs > 0) {
      this.providerDuration.observe(event.durationMs / 1000, modelProvider.family, this.modelOf(exchange));
    }
    if (event.reason === 'fallback_success') {
      this.fallbacks.inc(exchange.plan.candidates[event.index - 1]?.modelProvider.id ?? UNKNOWN, modelProvider.id);
    }
  }

  /** A budget refused a request. */
  budgetBlocked(scope: BudgetScope): void {
    this.budgetBlocks.inc(scope);
  }

  /** A key ran into a ceiling. */
  rateLimited(dimension: string, virtualKeyId: string): void {
    this.rateLimitDenials.inc(dimension, virtualKeyId);
  }

  /** The gateway refused a request of a known key. */
  clientRejected(code: string, virtualKeyId: string): void {
    this.clientRejects.inc(code, virtualKeyId);
  }

  /** A control-plane call is over; `status` is the HTTP status, or `error` when no answer came. */
  controlPlaneCalled(endpoint: string, status: string, durationMs: number): void {
    this.controlPlaneRequests.inc(endpoint, status);
    this.controlPlaneDuration.observe(durationMs / 1000, endpoint);
  }

  private modelOf(exchange: Exchange): string {
    return this.modelLabel.of(exchange.planIfKnown?.model, exchange.bundleIfKnown);
  }
}

function histogram<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
): LabelledHistogram<Label> {
  return new LabelledHistogram({ name, help, labelNames }, BUCKETS);
}
