/** A wire format that clients speak here. */
export type ClientDialect = 'chat' | 'responses' | 'messages' | 'gemini';

/** A vendor that stands behind the gateway here. */
export type Vendor = 'openai' | 'azure' | 'anthropic' | 'gemini' | 'bedrock';

/** A client's dialect, and the two model providers behind it, of which the first goes wrong. */
export interface Pairing {
  /** A word of letters and digits, which names model providers and paths. */
  readonly id: string;
  /** How the table calls it. */
  readonly name: string;
  readonly client: ClientDialect;
  readonly first: Vendor;
  readonly second: Vendor;
  /** What the model's name begins and ends with; a number of eight digits, as of a snapshot, comes between. */
  readonly model: readonly [before: string, after: string];
  /** True when the bytes of the first provider go through as they are. */
  readonly straight: boolean;
  /** True when the second provider can go on with an answer that somebody else began. */
  readonly prefills: boolean;
}

const GPT = ['gpt-4o-', ''] as const;
const CLAUDE = ['claude-sonnet-4-5-', ''] as const;

/** Every pairing through which all faults go. */
export const PAIRINGS: readonly Pairing[] = [
  straight('chat', 'openai', GPT),
  straight('responses', 'openai', GPT),
  straight('messages', 'anthropic', CLAUDE, true),
  straight('gemini', 'gemini', ['gemini-2.5-flash-', '']),
  // A model that OpenAI serves by its Responses API alone.
  translated('chat', 'azure', ['gpt-5-codex-', '']),
  translated('chat', 'anthropic', CLAUDE, true),
  translated('chat', 'gemini', ['gemini-2.5-flash-', '']),
  translated('chat', 'bedrock', ['anthropic.claude-sonnet-4-5-', '-v1:0'], true),
  {
    ...translated('chat', 'openai', ['in-house-', '']),
    id: 'mixed',
    name: 'chat → openai, then anthropic',
    second: 'anthropic',
    straight: true,
  },
];

/** Pairings that only broken streams go through, because their second provider can go on with them. */
export const RESUME_PAIRINGS: readonly Pairing[] = [
  ...PAIRINGS,
  translated('responses', 'anthropic', CLAUDE, true),
  translated('gemini', 'anthropic', CLAUDE, true),
];

/** The name of the model that request `number` of a pairing asks for. */
export function modelOf({ model: [before, after] }: Pairing, number: number): string {
  return before + String(10_000_000 + number) + after;
}

function straight(client: ClientDialect, vendor: Vendor, model: Pairing['model'], prefills = false): Pairing {
  return { id: client, name: client, client, first: vendor, second: vendor, model, straight: true, prefills };
}

function translated(client: ClientDialect, vendor: Vendor, model: Pairing['model'], prefills = false): Pairing {
  const spoken = vendor === 'azure' ? 'azure (responses)' : vendor;
  const names = { id: `${client}2${vendor}`, name: `${client} → ${spoken}` };
  return { ...names, client, first: vendor, second: vendor, model, straight: false, prefills };
}
