import { EXPLANATION_ENTRIES_MAX, type RequestExplanation } from '#gateway-protocol';
import type { Exchange } from '../exchange/exchange.js';

/** Longest text of an explanation; model names come from clients, labels from whoever writes policies. */
const CHARACTERS_MAX = 512;

/** What was decided about an exchange and how its attempts went, without a word of its content. */
export function explain(exchange: Exchange): RequestExplanation {
  const { request, endpoint, planIfKnown: plan, steps, attempt, startedAtMs, bundleIfKnown: bundle } = exchange;
  const policy = bundle?.routing.policy;
  const policyName = bundle?.routing.policyName;
  const cut = (text: string): string => text.slice(0, CHARACTERS_MAX);
  const dropped = attempt?.droppedFields ?? [];
  return {
    ...(request.model === undefined ? {} : { requested_model: cut(request.model) }),
    ...(plan === undefined ? {} : { resolved_model: cut(plan.model) }),
    inbound_dialect: endpoint.dialect,
    strategy: policy?.strategy ?? bundle?.routing.mode ?? 'none',
    ...(policyName ? { policy_name: cut(policyName) } : {}),
    candidates: (plan?.decisions ?? []).slice(0, EXPLANATION_ENTRIES_MAX).map((decision) => ({
      model_provider_id: cut(decision.modelProviderId),
      family: cut(decision.family),
      model: cut(decision.model),
      reason: cut(decision.reason),
      planned: decision.planned,
    })),
    attempts: steps.slice(-EXPLANATION_ENTRIES_MAX).map(({ candidate, kind, reason, startedMs, durationMs }) => ({
      model_provider_id: cut(candidate.modelProvider.id),
      model: cut(candidate.model),
      outcome: kind ?? reason,
      started_ms: Math.max(0, Math.round(startedMs - startedAtMs)),
      duration_ms: Math.round(durationMs),
    })),
    ...(dropped.length === 0 ? {} : { dropped: dropped.slice(0, EXPLANATION_ENTRIES_MAX).map(cut) }),
    ...(exchange.resumable === undefined ? {} : { resumed: exchange.resumable.outcome }),
    streamed: exchange.streaming,
  };
}
