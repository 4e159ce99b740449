import { anthropicMessagesProvider } from '../../dialects/anthropic-messages/index.js';
import { bedrockConverseProvider } from '../../dialects/bedrock-converse/index.js';
import { geminiProvider } from '../../dialects/gemini/index.js';
import { openAiChatProvider } from '../../dialects/openai-chat/index.js';
import { openAiResponsesProvider } from '../../dialects/openai-responses/index.js';
import type { ProviderCodec } from '../../spec/codec.js';
import type { Dialect } from '../../spec/dialect.js';
import type { AdapterContractOptions } from './contract-options.js';

const SHIPPED: readonly ProviderCodec[] = [
  openAiChatProvider,
  openAiResponsesProvider,
  anthropicMessagesProvider,
  geminiProvider,
  bedrockConverseProvider,
];

/** Dialects that are only ever passed through, so that nothing is translated into them. */
const STRAIGHT_ONLY: ReadonlySet<Dialect> = new Set(['openai-completions']);

/** The dialects that the adapter speaks for the models of the contract, each once. */
export function spokenDialects({ adapter, credentials, models }: AdapterContractOptions): readonly Dialect[] {
  const spoken = credentials.flatMap((credential) => models.flatMap((model) => adapter.dialects(credential, model)));
  return [...new Set(spoken)];
}

/** The codec of a dialect: the adapter's own, or the gateway's; undefined when there is none. */
export function codecOf({ adapter }: AdapterContractOptions, dialect: Dialect): ProviderCodec | undefined {
  return [...adapter.codecs, ...SHIPPED].find((codec) => codec.dialect === dialect);
}

/** True when requests may be translated into `dialect`. */
export function isTranslatedInto(dialect: Dialect): boolean {
  return !STRAIGHT_ONLY.has(dialect);
}

/** The codecs of the dialects that the adapter speaks. */
export function spokenCodecs(options: AdapterContractOptions): readonly ProviderCodec[] {
  return spokenDialects(options)
    .map((dialect) => codecOf(options, dialect))
    .filter((codec) => codec !== undefined);
}
