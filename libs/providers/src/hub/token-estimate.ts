import { setImmediate } from 'node:timers/promises';
import type { ModelRequest } from '../spec/model-request.js';
import { promptContentOf } from './prompt-content.js';

/** Most characters that are counted one by one; of longer prompts, evenly spread samples of this size together are. */
export const COUNTED_CHARACTERS_MAX = 512 * 1024;

/**
 * Longest piece that the tokenizer gets. Its time grows with the square of a run without spaces, such as Chinese text:
 * 50,000 characters take 21 seconds in one piece and some milliseconds in these.
 */
const SLICE_CHARACTERS_MAX = 512;
/** After as many slices other work gets its turn: at worst 16 ms. */
const SLICES_PER_TURN = 8;
/** Runs of letters whose tokens the tokenizer remembers; its own default is 100,000. */
const REMEMBERED_RUNS_MAX = 4_000;

type CountTokens = (text: string) => number;

/**
 * About how many input tokens a request has, by OpenAI's o200k vocabulary. Other vendors' tokenizers differ by some tenths;
 * media are guessed. Never blocks for longer than some milliseconds, but for the first call, which loads the vocabulary.
 */
export async function estimateTokens(request: ModelRequest): Promise<number> {
  const { texts, otherTokens } = promptContentOf(request);
  return otherTokens + (await countTexts(texts));
}

async function countTexts(texts: readonly string[]): Promise<number> {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters === 0) return 0;
  const countTokens = await (tokenizer ??= loadTokenizer());
  const stride = Math.ceil(characters / COUNTED_CHARACTERS_MAX);
  let index = 0;
  let countedCharacters = 0;
  let tokens = 0;
  for (const slice of slicesOf(texts)) {
    if (index % stride === 0) {
      tokens += countTokens(slice);
      countedCharacters += slice.length;
      if ((index / stride) % SLICES_PER_TURN === SLICES_PER_TURN - 1) await setImmediate();
    }
    index += 1;
  }
  return Math.ceil((tokens * characters) / countedCharacters);
}

/** Cuts texts into slices, before a space where there is one, so that hardly a word is cut in two. */
function* slicesOf(texts: readonly string[]): Generator<string, void> {
  for (const text of texts) {
    for (let start = 0; start < text.length;) {
      const piece = text.slice(start, start + SLICE_CHARACTERS_MAX);
      const space = start + piece.length < text.length ? piece.lastIndexOf(' ') : 0;
      const slice = space > 0 ? piece.slice(0, space) : piece;
      yield slice;
      start += slice.length;
    }
  }
}

let tokenizer: Promise<CountTokens> | undefined;

/** The vocabulary takes some hundred milliseconds and 50 MB to load, so only those who need it do. */
async function loadTokenizer(): Promise<CountTokens> {
  const { countTokens, setMergeCacheSize } = await import('gpt-tokenizer/encoding/o200k_base');
  setMergeCacheSize(REMEMBERED_RUNS_MAX);
  // What looks like a special token is the client's text; without this the tokenizer throws.
  const asText = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, asText);
}
