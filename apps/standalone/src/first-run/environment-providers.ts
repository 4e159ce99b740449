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
  readonly baseUrlVariable: string;
  /**
   * The type of a server of one's own that wants no key. Those of OpenAI's wire are `custom`, because the vendor's type
   * would refuse them; undefined for a vendor that cannot be called without a key at all.
   */
  readonly keylessType: string | undefined;
  readonly exampleModel: string;
}

/** What a reading depends on besides the environment. */
export interface EnvironmentOptions {
  /** Says which vendors the gateway can speak to. */
  readonly isServed: (type: string) => boolean;
  /** Where this gateway will listen: a provider must not lead back to it. */
  readonly gatewayUrl: string;
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);

const VENDORS: readonly KnownVendor[] = [
  vendor('openai', 'OpenAI', 'gpt-5-mini'),
  { ...vendor('anthropic', 'Anthropic', 'claude-haiku-4-5'), keylessType: 'anthropic' },
  {
    ...vendor('gemini', 'Gemini', 'gemini-2.5-flash'),
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    keylessType: undefined,
  },
  vendor('groq', 'Groq', 'groq/llama-3.1-8b-instant'),
  vendor('xai', 'xAI', 'xai/grok-3-mini'),
  vendor('deepseek', 'DeepSeek', 'deepseek/deepseek-chat'),
  vendor('mistral', 'Mistral', 'mistral/mistral-small-latest'),
  vendor('cerebras', 'Cerebras', 'cerebras/llama3.1-8b'),
  vendor('openrouter', 'OpenRouter', 'openrouter/openai/gpt-4o-mini'),
];

/** Names of every variable that may hold a vendor's key: our own children have no use for them. */
export const PROVIDER_KEY_VARIABLES: readonly string[] = VENDORS.flatMap(({ keyVariables }) => keyVariables);

/** Finds model providers in the environment. */
export function readEnvironmentProviders(environment: Environment, options: EnvironmentOptions): EnvironmentReading {
  const providers: EnvironmentProvider[] = [];
  const notes: string[] = [];
  for (const known of VENDORS) {
    const found = readVendor(environment, known);
    if (found === undefined) continue;
    const objection = objectionTo(found, known, options);
    if (objection !== undefined) notes.push(`${objection}: it is left out.`);
    else providers.push(providerOf(found, known));
  }
  return { providers, notes };
}

/** What the environment says of one vendor. */
interface Found {
  /** The variable by which a person knows it. */
  readonly variable: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
}

function readVendor(environment: Environment, known: KnownVendor): Found | undefined {
  const keyVariable = known.keyVariables.find((name) => valueOf(environment, name) !== undefined);
  const apiKey = keyVariable === undefined ? undefined : valueOf(environment, keyVariable);
  const baseUrl = valueOf(environment, known.baseUrlVariable);
  if (apiKey === undefined && baseUrl === undefined) return undefined;
  return { variable: keyVariable ?? known.baseUrlVariable, apiKey, baseUrl };
}

/** Why what was found cannot be used, as the beginning of a sentence; undefined when it can. */
function objectionTo(found: Found, known: KnownVendor, options: EnvironmentOptions): string | undefined {
  if (!options.isServed(known.type))
    return `${found.variable} is set, but the gateway does not serve ${known.name} yet`;
  if (found.apiKey === undefined && known.keylessType === undefined) {
    return `${found.variable} is set, but ${known.name} needs a key in ${known.keyVariables.join(' or ')}`;
  }
  // Clients of this gateway are told its URL by the same variables.
  if (found.baseUrl !== undefined && leadsTo(found.baseUrl, options.gatewayUrl)) {
    return `${known.baseUrlVariable} leads back to this gateway`;
  }
  return undefined;
}

function providerOf({ variable, apiKey, baseUrl }: Found, known: KnownVendor): EnvironmentProvider {
  const isKeyless = apiKey === undefined;
  return {
    key: isKeyless ? `${known.type}-keyless` : known.type,
    type: isKeyless ? (known.keylessType ?? known.type) : known.type,
    name: `${known.name} (from ${variable})`,
    apiKey,
    baseUrl,
    exampleModel: known.exampleModel,
  };
}

function leadsTo(baseUrl: string, gatewayUrl: string): boolean {
  const from = URL.parse(baseUrl);
  return from !== null && LOOPBACK_HOSTS.has(from.hostname) && from.port === new URL(gatewayUrl).port;
}

function vendor(type: string, name: string, exampleModel: string): KnownVendor {
  const prefix = type.toUpperCase();
  return {
    type,
    name,
    keyVariables: [`${prefix}_API_KEY`],
    baseUrlVariable: `${prefix}_BASE_URL`,
    keylessType: 'custom',
    exampleModel,
  };
}

function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}
