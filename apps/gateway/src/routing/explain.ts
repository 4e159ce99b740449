import { EXPLANATION_ENTRIES_MAX, type RequestExplanation } from '#gateway-protocol';
import type { Exchange } from '../exchange/exchange.js';

/** Longest text of an explanation; model names come from clients, labels from whoever writes policies. */
const CHARACTERS_MAX = 512;

/** What was decided about an exchange and how its attempts went, without a word of its content. */
export function explain(exchange: Exchange): RequestExplanation {
  const { request, endpoint, planIfKnown: plan, attempt, bundleIfKnown: bundle } = exchange;
  const policy = bundle?.routing.policy;
  const policyName = bundle?.routing.policyName;
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
    attempts: explainAttempts(exchange).slice(-EXPLANATION_ENTRIES_MAX),
    ...(dropped.length === 0 ? {} : { dropped: dropped.slice(0, EXPLANATION_ENTRIES_MAX).map(cut) }),
    ...(exchange.resumable === undefined ? {} : { resumed: exchange.resumable.outcome }),
    streamed: exchange.streaming,
  };
}

/** The steps of the walk; those that were attempts with what the provider answered, and when. */
function explainAttempts({ steps, ended, startedAtMs }: Exchange): RequestExplanation['attempts'] {
  const made = ended.values();
  return steps.map(({ candidate, kind, reason, startedMs, durationMs }) => {
    // Steps are told in the order in which attempts end.
    const attempt = kind === undefined ? undefined : made.next().value;
    const { status, firstTokenAtMs } = attempt ?? {};
    return {
      model_provider_id: cut(candidate.modelProvider.id),
      model: cut(candidate.model),
      outcome: kind ?? reason,
      ...(status === undefined ? {} : { status }),
      started_ms: Math.max(0, Math.round(startedMs - startedAtMs)),
      duration_ms: Math.round(durationMs),
      ...(firstTokenAtMs === undefined ? {} : { first_token_ms: Math.max(0, Math.round(firstTokenAtMs - startedMs)) }),
    };
  });
}

function cut(text: string): string {
  return text.slice(0, CHARACTERS_MAX);
}
