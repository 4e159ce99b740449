/** A model provider that the environment asks for. */
export interface EnvironmentProvider {
  /** Names it from start to start. */
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  /** A model for the first example. A server of one's own may well have others. */
  readonly exampleModel: string;
}

/** What was found, and what of it cannot be served, as sentences. */
export interface EnvironmentReading {
  readonly providers: readonly EnvironmentProvider[];
  readonly notes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

interface KnownVendor {
  readonly type: string;
  readonly name: string;
  /** Variables that hold the key; the first that is set wins. */
  readonly keyVariables: readonly string[];
  readonly baseUrlVariable: string | undefined;
  readonly exampleModel: string;
}

const VENDORS: readonly KnownVendor[] = [
  vendor('openai', 'OpenAI', 'gpt-5-mini'),
  vendor('anthropic', 'Anthropic', 'claude-haiku-4-5'),
  { ...vendor('gemini', 'Gemini', 'gemini-2.5-flash'), keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] },
  vendor('groq', 'Groq', 'groq/llama-3.1-8b-instant'),
  vendor('xai', 'xAI', 'xai/grok-3-mini'),
  vendor('deepseek', 'DeepSeek', 'deepseek/deepseek-chat'),
  vendor('mistral', 'Mistral', 'mistral/mistral-small-latest'),
  vendor('cerebras', 'Cerebras', 'cerebras/llama3.1-8b'),
  vendor('openrouter', 'OpenRouter', 'openrouter/openai/gpt-4o-mini'),
];

/** Names of every variable that may hold a vendor's key: our own children have no use for them. */
export const PROVIDER_KEY_VARIABLES: readonly string[] = VENDORS.flatMap(({ keyVariables }) => keyVariables);

/** Finds model providers in the environment. `isServed` says which vendors the gateway can speak to. */
export function readEnvironmentProviders(
  environment: Environment,
  isServed: (type: string) => boolean,
): EnvironmentReading {
  const providers: EnvironmentProvider[] = [];
  const notes: string[] = [];
  for (const known of VENDORS) {
    const keyVariable = known.keyVariables.find((name) => valueOf(environment, name) !== undefined);
    const apiKey = keyVariable === undefined ? undefined : valueOf(environment, keyVariable);
    const baseUrl = known.baseUrlVariable === undefined ? undefined : valueOf(environment, known.baseUrlVariable);
    if (apiKey === undefined && baseUrl === undefined) continue;
    const variable = keyVariable ?? known.baseUrlVariable;
    if (!isServed(known.type)) {
      notes.push(`${variable} is set, but the gateway does not serve ${known.name} yet: it is left out.`);
      continue;
    }
    providers.push({
      // A server without a key is a server of one's own, which the vendor's type would refuse.
      key: apiKey === undefined ? `${known.type}-keyless` : known.type,
      type: apiKey === undefined ? 'custom' : known.type,
      name: `${known.name} (from ${variable})`,
      apiKey,
      baseUrl,
      exampleModel: known.exampleModel,
    });
  }
  return { providers, notes };
}

function vendor(type: string, name: string, exampleModel: string): KnownVendor {
  const prefix = type.toUpperCase();
  return {
    type,
    name,
    keyVariables: [`${prefix}_API_KEY`],
    baseUrlVariable: `${prefix}_BASE_URL`,
    exampleModel,
  };
}

function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}
