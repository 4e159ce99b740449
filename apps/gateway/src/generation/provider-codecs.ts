import {
  anthropicMessagesProvider,
  bedrockConverseProvider,
  geminiProvider,
  openAiChatProvider,
  openAiResponsesProvider,
  type Dialect,
  type ProviderAdapter,
  type ProviderCodec,
} from '#providers';
import { invariant } from '#kernel';

const CODECS: ReadonlyMap<Dialect, ProviderCodec> = new Map(
  [openAiChatProvider, openAiResponsesProvider, anthropicMessagesProvider, geminiProvider, bedrockConverseProvider].map(
    (codec) => [codec.dialect, codec],
  ),
);

/** The translator of a dialect that `adapter` speaks: one of its own, or one of ours. */
export function providerCodecOf(adapter: ProviderAdapter, dialect: Dialect): ProviderCodec {
  const codec = adapter.codecs.find((own) => own.dialect === dialect) ?? CODECS.get(dialect);
  invariant(codec, `the adapter of "${adapter.families.join(', ')}" brings no codec for its dialect "${dialect}"`);
  return codec;
}
