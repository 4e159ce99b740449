import {
  AnswerUnreadableError,
  asList,
  asNonEmptyString,
  asObject,
  compact,
  type AssistantPart,
  type Json,
  type JsonObject,
  type ModelAnswer,
} from 'ai-gateway-providers';
import { readEnding } from './read-ending.js';
import { readMeter } from './read-meter.js';

/** Reads a whole answer. @throws AnswerUnreadableError for anything else, so that another provider is asked. */
export function readAnswer(body: JsonObject): ModelAnswer {
  const reply = asList(body['reply']);
  const finish = readEnding(body['ended']);
  if (reply === undefined || finish === undefined) throw new AnswerUnreadableError('Acme sent no whole answer.');
  return compact({
    id: asNonEmptyString(body['dialogue']),
    model: asNonEmptyString(body['engine']),
    parts: reply.flatMap(readPiece),
    finish,
    usage: readMeter(body['meter']),
  });
}

/** A piece that Acme may invent one day says nothing to us, and must not spoil the rest. */
function readPiece(value: Json): readonly AssistantPart[] {
  const piece = asObject(value);
  const text = asNonEmptyString(piece?.['say']);
  if (text !== undefined) return [{ kind: 'text', text }];
  const invoke = asObject(piece?.['invoke']);
  const callId = asNonEmptyString(invoke?.['ticket']);
  const name = asNonEmptyString(invoke?.['title']);
  if (invoke === undefined || callId === undefined || name === undefined) return [];
  return [{ kind: 'tool-call', callId, name, argumentsText: JSON.stringify(invoke['input'] ?? {}) }];
}
