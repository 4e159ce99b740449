import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Message, ModelRequest } from '../../spec/model-request.js';
import { dropCacheMarks } from './drop-cache-marks.js';
import { writeContents } from './write-contents.js';
import { writeGenerationConfig } from './write-generation-config.js';
import { writeToolConfig, writeTools } from './write-tools.js';

/** Service tiers by OpenAI's names. `auto` is what Google does when nothing is said. */
const SERVICE_TIERS: ReadonlyMap<string, string> = new Map([
  ['default', 'standard'],
  ['standard', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
]);

/**
 * Writes a request as the body of `generateContent` or `streamGenerateContent`, which is the same: model and manner of
 * answering stand in the path.
 *
 * @throws UnsupportedFieldError for content or a tool that Gemini cannot be given.
 */
export function writeGeminiRequest(request: ModelRequest, context: WriteContext): JsonObject {
  const { messages, parameters } = request;
  const system = writeSystemParts(messages, context);
  const contents = writeContents(messages, context);
  return compact({
    // A conversation of instructions alone is refused by Google; there they are what the user says.
    contents: contents.length === 0 && system.length > 0 ? [{ role: 'user', parts: system }] : contents,
    systemInstruction: contents.length === 0 || system.length === 0 ? undefined : { parts: system },
    tools: writeTools(request, context),
    toolConfig: writeToolConfig(parameters.toolChoice),
    safetySettings: parameters.safetySettings,
    generationConfig: writeGenerationConfig(parameters, context),
    cachedContent: parameters.cachedContent,
    labels: parameters.labels,
    serviceTier: writeServiceTier(parameters.serviceTier, context),
  });
}

/** Instructions stand apart from the conversation in Gemini, those that came later in it too. */
function writeSystemParts(messages: readonly Message[], context: WriteContext): readonly JsonObject[] {
  const parts = messages.flatMap((message) => (message.role === 'system' ? message.parts : []));
  dropCacheMarks(parts, context.losses);
  return parts.filter(({ text }) => text !== '').map(({ text }) => ({ text }));
}

function writeServiceTier(tier: string | undefined, { losses }: WriteContext): string | undefined {
  if (tier === undefined || tier === 'auto') return undefined;
  const written = SERVICE_TIERS.get(tier);
  if (written === undefined) losses.drop('service_tier', `Gemini has no tier "${tier}"`);
  return written;
}
