import { SeededRandom, type Random } from '#kernel';
import type { ProviderCodec } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX } from '../../spec/model-error.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { framesIn } from './answer-cases.js';
import { anyJson, mutate, pick, wordsOf } from './any-json.js';
import { contractCase, ensure, nameOfError, type ContractCase } from './contract-case.js';
import { spokenCodecs } from './contract-codecs.js';
import type { AdapterContractOptions, AnswerFixture } from './contract-options.js';
import { ensureEventRules, ensureUsageRules } from './event-rules.js';
import { eventsOfFrames } from './stream-frames.js';

const RUNS = 400;
const BAD_TEXTS = ['', 'null', '[]', '{', '<html>502 Bad Gateway</html>', '"text"', '{"error":null}', '[DONE]'];

/** What readers do with what no vendor should send. Repeatable: the same seed gives the same trials. */
export function fuzzCases(options: AdapterContractOptions): readonly ContractCase[] {
  return spokenCodecs(options).flatMap((codec) => {
    const fixtures = (options.answers ?? []).filter(({ dialect }) => dialect === codec.dialect);
    const fuzz = (run: (trial: Trial) => void) => (): void => {
      const trial = { random: new SeededRandom(options.seed ?? 1), codec, fixtures, words: wordsIn(fixtures) };
      for (let index = 0; index < RUNS; index += 1) run(trial);
    };
    return [
      contractCase(`${codec.dialect}: a body that is no answer is refused as one, and nothing else happens`, () => {
        ensure(readAnswer(codec, {}) === undefined, 'an empty object passes for an answer');
        fuzz(readsAnswer)();
      }),
      contractCase(`${codec.dialect}: an error is read, whatever it looks like`, fuzz(readsError)),
      contractCase(`${codec.dialect}: a stream is read by the rules, whatever comes`, fuzz(readsStream)),
    ];
  });
}

interface Trial {
  readonly random: Random;
  readonly codec: ProviderCodec;
  readonly fixtures: readonly AnswerFixture[];
  readonly words: readonly string[];
}

function wordsIn(fixtures: readonly AnswerFixture[]): readonly string[] {
  const words = fixtures.flatMap((fixture) => [
    ...wordsOf(fixture.answer),
    ...framesIn(fixture).flatMap(({ data }) => wordsOf(parse(data))),
  ]);
  return [...new Set(['error', 'message', 'usage', 'content', ...words])];
}

function readsAnswer({ random, codec, fixtures, words }: Trial): void {
  const body = fixtures.length > 0 ? mutate(random, pick(random, fixtures).answer, words) : anyJson(random, words);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  const usage = readAnswer(codec, body as JsonObject)?.usage;
  if (usage !== undefined) ensureUsageRules(usage);
}

/** The answer in `body`; undefined when it is refused as one. */
function readAnswer(codec: ProviderCodec, body: JsonObject): ModelAnswer | undefined {
  try {
    return codec.readAnswer(body);
  } catch (error) {
    const name = nameOfError(error);
    ensure(name === 'AnswerUnreadableError', `reading ${JSON.stringify(body)} throws ${name}: ${String(error)}`);
    return undefined;
  }
}

function readsError({ random, codec, words }: Trial): void {
  const body = random.next() < 0.3 ? pick(random, BAD_TEXTS) : JSON.stringify(anyJson(random, words));
  const bytes = random.next() < 0.1 ? Buffer.from(random.bytes(64)) : Buffer.from(body);
  const status = 400 + Math.floor(random.next() * 200);
  const error = codec.readError(status, bytes);
  ensure(error.status >= 400 && error.status < 600, `${status} ${body} is told as ${error.status}`);
  ensure(typeof error.message === 'string' && error.message !== '', `${status} ${body} is told in no words`);
  ensure(error.message.length <= MODEL_ERROR_MESSAGE_CHARACTERS_MAX, `${status} is told at too great a length`);
}

function readsStream({ random, codec, fixtures, words }: Trial): void {
  const frames =
    fixtures.length > 0 ? spoil(random, framesIn(pick(random, fixtures)), words) : [anyFrame(random, words)];
  ensureEventRules(eventsOfFrames(codec.createStreamReader(), frames));
}

/** Frames of which some are changed, swapped, repeated, left out, or strange. */
function spoil(random: Random, frames: readonly StreamFrame[], words: readonly string[]): readonly StreamFrame[] {
  return frames.flatMap((frame): readonly StreamFrame[] => {
    const chance = random.next();
    if (chance < 0.5) return [frame];
    if (chance < 0.6) return [];
    if (chance < 0.65) return [frame, frame];
    if (chance < 0.7) return [pick(random, frames)];
    if (chance < 0.75) return [anyFrame(random, words), frame];
    const parsed = parse(frame.data);
    return parsed === undefined ? [frame] : [{ ...frame, data: JSON.stringify(mutate(random, parsed, words)) }];
  });
}

function anyFrame(random: Random, words: readonly string[]): StreamFrame {
  const data = random.next() < 0.3 ? pick(random, BAD_TEXTS) : JSON.stringify(anyJson(random, words));
  return { event: random.next() < 0.5 ? undefined : pick(random, words), data };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
