import type { Tool } from '../../spec/model-request.js';
import type { ToolCallPart } from '../../spec/part.js';
import type { ItemPrefix } from './item-ids.js';
import { findTranslatedTool, unwrapFreeText, type TranslatedTool } from './tool-names.js';

/** A call as the client knows its tool: with its namespace, and free text instead of JSON for a custom tool. */
export interface ClientCall {
  readonly callId: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** The type of its item. */
  readonly type: 'function_call' | 'custom_tool_call' | 'tool_search_call';
  readonly idPrefix: ItemPrefix;
  /** Turns what the model wrote into what the client expects, once it is complete. */
  readonly toClientText: (argumentsText: string) => string;
  /** True when the client may be given the text as it is written; else only {@link toClientText} knows it. */
  readonly isStreamable: boolean;
}

const ID_PREFIXES: Readonly<Record<ClientCall['type'], ItemPrefix>> = {
  function_call: 'fc',
  custom_tool_call: 'ctc',
  tool_search_call: 'tsc',
};

/** Turns a call of the model back to a call of the tool that the client offered. */
export function toClientCall(
  { callId, name, freeText }: Pick<ToolCallPart, 'callId' | 'name' | 'freeText'>,
  tools: readonly Tool[],
): ClientCall {
  const tool = findTranslatedTool(tools, name);
  const isWrapped = tool?.freeText === true && freeText !== true;
  const type = typeOf(tool, freeText === true);
  return {
    callId,
    name: tool?.ownName ?? name,
    namespace: tool?.namespace,
    type,
    idPrefix: ID_PREFIXES[type],
    toClientText: isWrapped ? unwrapFreeText : type === 'custom_tool_call' ? asItIs : asObjectText,
    isStreamable: !isWrapped,
  };
}

function typeOf(tool: TranslatedTool | undefined, isFreeText: boolean): ClientCall['type'] {
  if (isFreeText || tool?.freeText === true) return 'custom_tool_call';
  return tool?.searchesTools === true ? 'tool_search_call' : 'function_call';
}

function asItIs(text: string): string {
  return text;
}

/** Some vendors write nothing for a call without arguments; clients parse what they get. */
function asObjectText(text: string): string {
  return text === '' ? '{}' : text;
}
