import { ESCAPED_CITY, FIXED_SENTENCE } from '../../libs/providers/src/testing/index.js';
import { ERROR_CATALOGUE } from '../../apps/gateway/src/errors/error-catalogue.js';
import { headerOf, type ClientAnswer } from './ask.js';
import type { ClientView, DialectReader } from './views/client-view.js';
import { readView } from './views/read-view.js';

/** What kind of end a client saw. */
export type Verdict =
  /** Everything that the provider said, or all that any client could read of it. */
  | 'whole'
  /** An answer that says that it is over and holds nothing. */
  | 'empty'
  /** A status that says so, or an error event in the client's dialect. */
  | 'error'
  /** Something that no client should ever see. */
  | 'wrong';

/** What a client saw. */
export interface Sight {
  readonly verdict: Verdict;
  /** In words, for the table. */
  readonly words: string;
}

/** The fake's first piece of text; a fault may replace the bytes behind it. */
const FIRST_PIECE = [...FIXED_SENTENCE].slice(0, 12).join('');
const REST = FIXED_SENTENCE.slice(FIRST_PIECE.length);
const REPLACED = `${FIRST_PIECE}\uFFFD\uFFFD(${REST}`;
const HUGE_CHARACTERS_MIN = 1_000_000;
/** What the fake says when it fails in the middle of an answer. */
const PROVIDERS_OWN = 'The fake upstream is overloaded.';
const CITIES: readonly unknown[] = ['Paris', ESCAPED_CITY];

/** Says what a client saw of an answer. */
export function judge(answer: ClientAnswer, reader: DialectReader): Sight {
  if (answer.end === 'silent') return wrong('NO END');
  if (answer.status === 0) return wrong('NO ANSWER');
  if (answer.end === 'broken') return wrong('BROKEN CONNECTION');
  const view = readView(answer.body, headerOf(answer, 'content-type') ?? '', reader);
  if (answer.status >= 400) return judgeStatus(answer, view);
  if (view === undefined) return wrong('UNREADABLE ANSWER');
  if (view.goesOn) return wrong('EVENTS AFTER THE LAST');
  return view.error === undefined ? judgeWhole(view) : judgeErrorEvent(view, view.error);
}

function judgeStatus(answer: ClientAnswer, view: ClientView | undefined): Sight {
  const code = headerOf(answer, 'x-langwatch-handled-error');
  if (code !== undefined) return { verdict: 'error', words: `${answer.status} \`${code}\`` };
  const whose = view?.error === undefined ? 'the provider’s bytes' : 'the provider’s error';
  return { verdict: 'error', words: `${answer.status}, ${whose}` };
}

function judgeErrorEvent({ text, toolInput, finish }: ClientView, error: string): Sight {
  if (finish !== undefined) return wrong('AN END AND AN ERROR');
  const [code] = Object.entries(ERROR_CATALOGUE).find(([, { message }]) => message === error) ?? [];
  const event = error === PROVIDERS_OWN ? 'the provider’s own error event' : `an error event ${wordsOf(error, code)}`;
  return { verdict: 'error', words: text + toolInput === '' ? event : `a part, then ${event}` };
}

function wordsOf(error: string, code: string | undefined): string {
  return code === undefined ? `“${error}”` : `\`${code}\``;
}

function judgeWhole({ text, toolInput, finish }: ClientView): Sight {
  if (finish === undefined) return wrong('A PART THAT LOOKS WHOLE');
  if (text + toolInput === '') return { verdict: 'empty', words: 'an answer that holds nothing, and says so' };
  const whole = wholeOf(text, toolInput);
  if (whole === undefined) return wrong(`ANOTHER TEXT: ${text.slice(0, 80)}${toolInput.slice(0, 80)}`);
  return finish === 'filtered'
    ? { verdict: 'whole', words: `${whole}, marked as filtered` }
    : { verdict: 'whole', words: finish === 'other' ? `${whole}, ended for another reason` : whole };
}

function wholeOf(text: string, toolInput: string): string | undefined {
  if (toolInput !== '') return text === '' && isCity(toolInput) ? 'whole' : undefined;
  switch (text) {
    case FIXED_SENTENCE:
      return 'whole';
    case REST:
      return 'whole but for the event that nobody can read';
    case REPLACED:
      return 'whole, with � for the bytes that are no text';
    default:
      return isHuge(text) ? 'whole' : undefined;
  }
}

/** The fake fills its oversized answers with one letter, behind their first piece. */
function isHuge(text: string): boolean {
  if (!text.startsWith(FIRST_PIECE) || !text.endsWith(REST)) return false;
  const count = text.length - FIXED_SENTENCE.length;
  return count > HUGE_CHARACTERS_MIN && text === FIRST_PIECE + 'a'.repeat(count) + REST;
}

function isCity(toolInput: string): boolean {
  try {
    const { city }: { city?: unknown } = JSON.parse(toolInput);
    return CITIES.includes(city);
  } catch {
    return false;
  }
}

function wrong(words: string): Sight {
  return { verdict: 'wrong', words: `**${words}**` };
}
