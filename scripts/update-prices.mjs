/**
 * Writes libs/budget/src/price-book/prices.generated.ts from the price data of the package @pydantic/genai-prices.
 *
 *   node scripts/update-prices.mjs            writes the file
 *   node scripts/update-prices.mjs --check    writes nothing; ends with 1 when the file is not what would be written
 *
 * It stops at anything in the data that it does not understand (a new kind of matcher, pattern or condition), so that
 * an update of the package never changes a price without somebody having looked.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { findProvider } from '@pydantic/genai-prices';

const OUTPUT = new URL('../libs/budget/src/price-book/prices.generated.ts', import.meta.url);
const PACKAGE = new URL('../node_modules/@pydantic/genai-prices/package.json', import.meta.url);

/** Our name of a vendor (after normalizeFamily) → the source's. */
const FAMILIES = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  bedrock: 'aws',
  gemini: 'google',
  vertex: 'google',
  groq: 'groq',
  xai: 'x-ai',
  deepseek: 'deepseek',
  mistral: 'mistral',
  moonshot: 'moonshotai',
  moonshotai: 'moonshotai',
  together: 'together',
  together_ai: 'together',
  fireworks: 'fireworks',
  fireworks_ai: 'fireworks',
  cerebras: 'cerebras',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  cohere: 'cohere',
  voyage: 'voyageai',
  voyageai: 'voyageai',
};

/** Rates per million tokens, in the order in which they are written. */
const RATES = [
  ['input', 'input_mtok'],
  ['output', 'output_mtok'],
  ['cacheRead', 'cache_read_mtok'],
  ['cacheWrite', 'cache_write_mtok'],
  ['cacheWrite1h', 'cache_write_1h_mtok'],
  ['inputAudio', 'input_audio_mtok'],
  ['outputAudio', 'output_audio_mtok'],
];

/** Usage on our wire does not tell generated images or video from text, so the dearest output rate stands for all. */
const OUTPUT_RATES = ['output_mtok', 'output_image_mtok', 'output_video_mtok'];

/** Where the source leaves the one-hour cache write of a Claude model out: twice the input rate, on every platform. */
const CLAUDE_LONG_WRITE_FACTOR = 2;

/** Models that the source lists with no price because they are free; other empty prices are not known prices. */
const FREE_MODELS = /^(?:.*:free|google gemma-.*|openai moderation)$/;

const NANO_USD_PER_USD = 1e9;
const MINUTE_MS = 60_000;

function generate() {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  const lines = [...new Set(Object.values(FAMILIES))].sort().map((id) => {
    const provider = findProvider({ providerId: id });
    if (provider?.id !== id) throw new Error(`the source has no provider ${id}`);
    const models = provider.models.map((model) => JSON.stringify(translateModel(id, model)));
    const fallbacks = JSON.stringify(provider.fallback_model_providers ?? []);
    return `${JSON.stringify(id)}:{"fallbacks":${fallbacks},"models":[\n${models.join(',\n')}\n]}`;
  });
  return [
    '{',
    `"version":${JSON.stringify(`genai-prices@${version}`)},`,
    '"notice":"Price data: genai-prices, MIT License, Copyright (c) Pydantic Services Inc. 2025 to present",',
    `"families":${JSON.stringify(FAMILIES)},`,
    `"vendors":{\n${lines.join(',\n')}\n}`,
    '}\n',
  ].join('\n');
}

function translateModel(providerId, model) {
  const where = `${providerId} ${model.id}`;
  return [model.id, translateMatch(model.match, where), translatePrices(model.prices, where)];
}

/** A model's matcher as a list of terms of which one must hold; see libs/budget/src/price-book/model-matcher.ts. */
function translateMatch(match, where) {
  if (match.or !== undefined) return match.or.flatMap((part) => translateMatch(part, where));
  if (match.and === undefined) return [translateTerm(match, where)];
  return [match.and.map((part) => translateTerm(part, where))];
}

function translateTerm(match, where) {
  if (match.equals !== undefined) return `=${match.equals.toLowerCase()}`;
  if (match.starts_with !== undefined) return `^${match.starts_with.toLowerCase()}`;
  if (match.ends_with !== undefined) return `$${match.ends_with.toLowerCase()}`;
  if (match.contains !== undefined) return `*${match.contains.toLowerCase()}`;
  if (match.regex !== undefined) return translateRegex(match.regex, where);
  throw new Error(`${where}: unknown matcher ${JSON.stringify(match)}`);
}

/** No expression of the source is run: the few forms that it has become shapes, in which `#` stands for one digit. */
function translateRegex(regex, where) {
  if (regex === '^(?!.*-[tT][tT][sS](?:$|-))') return '!tts';
  const body = /^\^([a-z0-9/.\\{}-]+)(\$?)$/.exec(regex);
  if (body === null) throw new Error(`${where}: unknown expression ${regex}`);
  const shape = body[1]
    .replace(/\\d(?:\{(\d+)\})?/g, (_, count) => '#'.repeat(Number(count ?? 1)))
    .replace(/\\\./g, '\u0000');
  if (/[\\{}.]/.test(shape)) throw new Error(`${where}: unknown expression ${regex}`);
  return (body[2] === '$' ? '#' : '~') + shape.replaceAll('\u0000', '.');
}

/** Prices in the order in which they are tried: the first that holds at the time is the price. Null: no known price. */
function translatePrices(prices, where) {
  const conditional = Array.isArray(prices) ? prices : [{ prices }];
  const translated = conditional.map((entry, index) => {
    const price = translatePrice(entry.prices, where);
    return price === null ? null : { ...price, ...validity(conditional, index, where) };
  });
  return translated.includes(null) ? null : translated.reverse();
}

function validity(conditional, index, where) {
  const { constraint } = conditional[index];
  if (constraint?.type === 'time_of_date') {
    return { dailyWindow: { fromMs: timeOfDayMs(constraint.start_time), toMs: timeOfDayMs(constraint.end_time) } };
  }
  if (constraint !== undefined && constraint.type !== 'start_date') {
    throw new Error(`${where}: unknown condition ${JSON.stringify(constraint)}`);
  }
  if ((constraint === undefined) !== (index === 0)) throw new Error(`${where}: only the first price has no condition`);
  const next = conditional.slice(index + 1).find((later) => later.constraint.type === 'start_date');
  return {
    ...(constraint === undefined ? {} : { effectiveFromMs: dateMs(constraint.start_date) }),
    ...(next === undefined ? {} : { effectiveToMs: dateMs(next.constraint.start_date) }),
  };
}

function translatePrice(prices, where) {
  if (Object.keys(prices).length === 0) return FREE_MODELS.test(where) ? { input: 0, output: 0 } : null;
  const perAudioHour = prices.input_audio_hours ?? prices.audio_hours;
  const byTokens = prices.input_mtok !== undefined || prices.output_mtok !== undefined;
  const byAudioOnly = Object.keys(prices).every((key) => key === 'audio_hours' || key === 'input_audio_hours');
  if (!byTokens && !byAudioOnly) return null;
  const base = rates(prices, where, (price) => (typeof price === 'object' ? price.base : price));
  const tiers = tierStarts(prices).map((start) => ({
    aboveInputTokens: start,
    ...rates(prices, where, (price) => (typeof price === 'object' ? priceAbove(price, start) : price)),
  }));
  return {
    ...base,
    ...(tiers.length === 0 ? {} : { tiers }),
    ...(prices.requests_kcount === undefined ? {} : { perRequest: nanoUsd(prices.requests_kcount / 1000) }),
    ...(byAudioOnly ? { perAudioHour: nanoUsd(perAudioHour) } : {}),
  };
}

function rates(prices, where, pick) {
  const stated = Object.fromEntries(
    RATES.flatMap(([name, key]) => (prices[key] === undefined ? [] : [[name, nanoUsd(pick(prices[key]))]])),
  );
  const output = Math.max(
    0,
    ...OUTPUT_RATES.filter((key) => prices[key] !== undefined).map((key) => pick(prices[key])),
  );
  const longWrite = stated.cacheWrite !== undefined && stated.cacheWrite1h === undefined && where.includes('claude');
  return {
    input: 0,
    ...stated,
    output: nanoUsd(output),
    ...(longWrite ? { cacheWrite1h: stated.input * CLAUDE_LONG_WRITE_FACTOR } : {}),
  };
}

function tierStarts(prices) {
  const tiers = Object.values(prices).flatMap((price) => (typeof price === 'object' ? price.tiers : []));
  return [...new Set(tiers.map((tier) => tier.start))].sort((left, right) => left - right);
}

function priceAbove(price, start) {
  return price.tiers.filter((tier) => tier.start <= start).reduce((_, tier) => tier.price, price.base);
}

function nanoUsd(usd) {
  return Math.round(usd * NANO_USD_PER_USD);
}

/** The data as text inside of a module: a compiler that infers the type of every price takes longer than all the rest. */
function asModule(json) {
  if (/[`]|\$\{/.test(json)) throw new Error('the data holds what would end or fill a template');
  return `/** The shipped price book, as JSON text; made by \`node scripts/update-prices.mjs\`. */\nexport const SHIPPED_PRICES_JSON = String.raw\`${json.trimEnd()}\`;\n`;
}

function dateMs(date) {
  return Date.parse(`${date}T00:00:00Z`);
}

function timeOfDayMs(time) {
  const match = /^(\d\d):(\d\d):00Z$/.exec(time);
  if (match === null) throw new Error(`unknown time of day ${time}`);
  return (Number(match[1]) * 60 + Number(match[2])) * MINUTE_MS;
}

const generated = asModule(generate());
if (process.argv.includes('--check')) {
  if (readFileSync(OUTPUT, 'utf8') !== generated) {
    console.error(
      'prices.generated.ts is out of date: run `node scripts/update-prices.mjs` and look at the difference',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(OUTPUT, generated);
}
