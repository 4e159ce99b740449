/** Vendors that stand before a model's name on Bedrock: `anthropic.claude-…`, `us.meta.llama…`. */
const BEDROCK_VENDORS =
  /^(?:[a-z-]+\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|mistral|openai|qwen|xai)\./;
/** What Bedrock puts behind a model's name: `-v1:0`, `-v1:0:200k`, and behind a vendor's also `-v1`. */
const BEDROCK_VERSION = /-v\d+(?::\d+k?)+$/;
const BEDROCK_BARE_VERSION = /-v\d+$/;
/** `claude-4-5-sonnet`, as some platforms turn the names of Claude 4 and later round. */
const CLAUDE_NUMBER_FIRST = /^claude-([4-9])((?:-\d)?)-([a-z]+)/;

/**
 * One spelling for the names that platforms give the same model: lower case, without the vendor, the region or the path
 * before it, and without the version of the platform behind it. Names of no known platform stay as they are.
 *
 * - `us.anthropic.claude-sonnet-4-5-20250929-v1:0` → `claude-sonnet-4-5-20250929`
 * - `claude-opus-4-1@20250805` → `claude-opus-4-1-20250805`
 * - `models/gemini-2.5-pro` → `gemini-2.5-pro`
 * - `anthropic/claude-opus-4.5:thinking` → `claude-opus-4-5`
 * - `ft:gpt-4o-mini-2024-07-18:acme::x1` → `gpt-4o-mini-2024-07-18`
 */
export function normalizeModelId(model: string): string {
  const name = model.trim().toLowerCase();
  const fineTuned = /^ft:([^:]+)/.exec(name)?.[1];
  const onPlatform = fineTuned ?? name.slice(name.lastIndexOf('/') + 1);
  const withoutVendor = onPlatform.replace(BEDROCK_VENDORS, '').replace(BEDROCK_VERSION, '');
  const withoutVersion = withoutVendor === onPlatform ? onPlatform : withoutVendor.replace(BEDROCK_BARE_VERSION, '');
  const id = withoutVersion.replace(/:.*$/, '').replace('@', '-');
  return id.startsWith('claude-') ? normalizeClaude(id) : id;
}

function normalizeClaude(id: string): string {
  return id.replaceAll('.', '-').replace(CLAUDE_NUMBER_FIRST, 'claude-$3-$1$2');
}
