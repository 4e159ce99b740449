import { appendTurn, type ReceivedMedium, type Turn } from '../../model/conversation.js';
import { isGiven } from '../parse-body.js';
import { base64Medium, dataUriMedium, referredMedium } from '../received-media.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import type { InputContent, InputItem } from './responses-schema.js';

/** The turns that the items of an input make. @throws Complaint for media that are none. */
export function turnsOf(items: readonly InputItem[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, item] of items.entries()) addItem(turns, item, index);
  return turns;
}

/** What system and developer messages say. */
export function systemTextsOf(items: readonly InputItem[]): string[] {
  return items
    .filter(isMessage)
    .filter(isSystem)
    .map(({ content }) => textOfContent(content));
}

type MessageItem = Extract<InputItem, { role: string }>;

function isMessage(item: InputItem): item is MessageItem {
  return item.type === undefined || item.type === 'message';
}

function isSystem({ role }: MessageItem): boolean {
  return role === 'system' || role === 'developer';
}

function textOfContent(content: MessageItem['content']): string {
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? part.text : '')).join('');
}

function addItem(turns: Turn[], item: InputItem, index: number): void {
  if (isMessage(item)) {
    if (isSystem(item)) return;
    const text = textOfContent(item.content);
    if (item.role === 'assistant') return appendTurn(turns, { role: 'assistant', text, toolCalls: [] });
    return appendTurn(turns, { role: 'user', text, media: mediaOf(item.content, index) });
  }
  switch (item.type) {
    case 'function_call':
    case 'custom_tool_call': {
      const argumentsText = String(item.type === 'function_call' ? item.arguments : item.input);
      return addCall(turns, { id: String(item.call_id), name: String(item.name), argumentsText });
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const output = item.output as string | readonly InputContent[];
      const text = textOfContent(output as MessageItem['content']);
      const result = { id: String(item.call_id), text, media: mediaOf(output, index), isError: false };
      return appendTurn(turns, { role: 'tool', results: [result] });
    }
    default:
  }
}

/** Calls that follow each other, or a text of the model, are one turn. */
function addCall(turns: Turn[], call: Extract<Turn, { role: 'assistant' }>['toolCalls'][number]): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return appendTurn(turns, { role: 'assistant', text: '', toolCalls: [call] });
  turns[turns.length - 1] = { ...last, toolCalls: [...last.toolCalls, call] };
}

function mediaOf(content: string | readonly InputContent[], index: number): ReceivedMedium[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part, at) => {
    if (part.type !== 'input_image' && part.type !== 'input_file' && part.type !== 'input_audio') return [];
    const medium = mediumOf(part);
    if (medium !== undefined) return [medium];
    throw OPENAI_VENDOR.bodyComplaint(['input', index, 'content', at], { kind: 'invalid', problem: 'no valid data' });
  });
}

function mediumOf(
  part: Extract<InputContent, { type: `input_${'image' | 'file' | 'audio'}` }>,
): ReceivedMedium | undefined {
  if (part.type === 'input_audio') return base64Medium(`audio/${part.input_audio.format}`, part.input_audio.data);
  const kind = part.type === 'input_image' ? 'image' : 'file';
  const url = part.type === 'input_image' ? part.image_url : (part.file_data ?? part.file_url);
  if (isGiven(url)) return url.startsWith('data:') ? dataUriMedium(url) : referredMedium(kind, url);
  return isGiven(part.file_id) ? referredMedium(kind, part.file_id) : undefined;
}
