import { compact } from '../../json/read-json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';
import type { Fields } from './fields.js';

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly ReasoningEffort[];

/** Reads `thinking` and `output_config.effort`; undefined when neither says anything. */
export function readReasoning(body: Fields, unread: Set<string>): ReasoningRequest | undefined {
  const effort = readEffort(body.fields('output_config'));
  const thinking = readThinking(body.fields('thinking'), unread);
  if (effort === undefined && thinking === undefined) return undefined;
  return { ...(effort && { effort }), ...thinking };
}

function readThinking(thinking: Fields | undefined, unread: Set<string>): ReasoningRequest | undefined {
  if (thinking === undefined) return undefined;
  const visible = readVisibility(thinking);
  switch (thinking.requiredText('type')) {
    case 'enabled':
      return compact({ budgetTokens: thinking.requiredCount('budget_tokens'), visible });
    case 'adaptive':
      return compact({ adaptive: true, visible });
    case 'disabled':
    // How some models say it: they only take notes between calls of tools.
    case 'between_tools':
      // Said in both ways, because some providers are asked by effort and some by budget.
      return { effort: 'none', budgetTokens: 0 };
    default:
      unread.add('thinking');
      return undefined;
  }
}

function readVisibility(thinking: Fields): boolean | undefined {
  const display = thinking.text('display');
  return display === undefined ? undefined : display !== 'omitted';
}

function readEffort(config: Fields | undefined): ReasoningEffort | undefined {
  const said = config?.text('effort');
  if (config === undefined || said === undefined) return undefined;
  const effort = EFFORTS.find((known) => known === said);
  if (effort !== undefined) return effort;
  throw new RequestUnreadableError(config.pathOf('effort'), `must be one of ${EFFORTS.join(', ')}`);
}
