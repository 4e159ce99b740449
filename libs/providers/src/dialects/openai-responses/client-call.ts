import type { Tool } from '../../spec/model-request.js';
import type { ToolCallPart } from '../../spec/part.js';
import type { ItemPrefix } from './item-ids.js';
import { findTranslatedTool, unwrapFreeText } from './tool-names.js';

/** A call as the client knows its tool: with its namespace, and free text instead of JSON for a custom tool. */
export interface ClientCall {
  readonly callId: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** True for a `custom_tool_call`. */
  readonly isCustom: boolean;
  readonly idPrefix: ItemPrefix;
  /** Turns what the model wrote into what the client expects, once it is complete. */
  readonly toClientText: (argumentsText: string) => string;
  /** True when the client may be given the text as it is written; else only {@link toClientText} knows it. */
  readonly isStreamable: boolean;
}

/** Turns a call of the model back to a call of the tool that the client offered. */
export function toClientCall(
  { callId, name, freeText }: Pick<ToolCallPart, 'callId' | 'name' | 'freeText'>,
  tools: readonly Tool[],
): ClientCall {
  const tool = findTranslatedTool(tools, name);
  const isWrapped = tool?.freeText === true && freeText !== true;
  const isCustom = isWrapped || freeText === true;
  return {
    callId,
    name: tool?.ownName ?? name,
    namespace: tool?.namespace,
    isCustom,
    idPrefix: isCustom ? 'ctc' : 'fc',
    toClientText: isWrapped ? unwrapFreeText : isCustom ? asItIs : asObjectText,
    isStreamable: !isWrapped,
  };
}

function asItIs(text: string): string {
  return text;
}

/** Some vendors write nothing for a call without arguments; clients parse what they get. */
function asObjectText(text: string): string {
  return text === '' ? '{}' : text;
}
