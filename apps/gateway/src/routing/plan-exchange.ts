import type { PriceBook } from '#budget';
import type { AdapterRegistry } from '#providers';
import { budgetRefusal } from '../budget/budget-refusal.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { Exchange } from '../exchange/exchange.js';
import type { ReadableRequest } from './capability-misses.js';
import type { OrderPorts } from './order-candidates.js';
import type { PlanRefusal } from './plan-refusal.js';
import { planStoredResponse } from './plan-stored-response.js';
import { planRequest, type Plan } from './plan.js';

/** What planning leans on. */
export interface PlanPorts {
  readonly adapters: AdapterRegistry;
  readonly prices: PriceBook;
  readonly order: OrderPorts;
}

/**
 * The plan of an exchange.
 *
 * @throws GatewayError with the reason when the request has nowhere to go.
 */
export function planExchange(exchange: Exchange, ports: PlanPorts): Plan {
  const { adapters, prices } = ports;
  const { endpoint, bundle } = exchange;
  const plan =
    endpoint.operation === 'stored-response'
      ? planStoredResponse(bundle, adapters)
      : planRequest({
          bundle,
          operation: endpoint.operation,
          modelPlace: endpoint.modelPlace,
          requestedModel: exchange.request.model,
          budgetExcludedIds: exchange.budgetRestriction?.excludedModelProviderIds,
          adapters,
          prices,
          nowMs: exchange.receivedAtMs,
          request: readableRequest(exchange),
          order: ports.order,
        });
  if (plan.kind === 'planned') return plan;
  throw refusalError(plan, exchange);
}

function readableRequest(exchange: Exchange): ReadableRequest | undefined {
  const { endpoint, request } = exchange;
  const { body } = request;
  if (body === undefined || endpoint.readModelRequest === undefined) return undefined;
  const readModelRequest = endpoint.readModelRequest.bind(endpoint);
  return {
    body,
    read: () => {
      try {
        exchange.modelRequest ??= readModelRequest(body);
        return exchange.modelRequest;
      } catch {
        // A provider that speaks the client's dialect may read what we cannot; one that does not will be told.
        return undefined;
      }
    },
  };
}

function refusalError(refusal: PlanRefusal, { budgetRestriction }: Exchange): GatewayError {
  if (refusal.code === 'budget_exceeded' && budgetRestriction !== undefined) {
    return budgetRefusal(budgetRestriction.lastExcluded);
  }
  return new GatewayError(refusal.code, {
    message: refusal.message,
    ...(refusal.meta ? { meta: refusal.meta } : {}),
  });
}
