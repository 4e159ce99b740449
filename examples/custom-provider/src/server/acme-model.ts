import type { AcmeRequest } from './acme-request.js';

/** What Acme says in a turn. */
export type AcmePiece =
  | { readonly say: string }
  | { readonly invoke: { readonly ticket: string; readonly title: string; readonly input: object } };

/** An answer as Acme gives it. */
export interface AcmeAnswer {
  readonly dialogue: string;
  readonly engine: string;
  readonly reply: readonly AcmePiece[];
  readonly ended: 'done' | 'invokes';
  /** Tokens: read anew, read from the cache, and written. */
  readonly meter: { readonly fresh_in: number; readonly cached_in: number; readonly out: number };
}

/** Every answer takes as many tokens, so that what it costs is known beforehand. */
export const METER = { fresh_in: 1_000, cached_in: 200, out: 500 };

/** The model: it calls the first ability that it is given, and otherwise repeats what it was told. */
export function answerTo(request: AcmeRequest): AcmeAnswer {
  const ability = request.must_use === 'none' ? undefined : request.abilities?.[0];
  const head = { dialogue: 'dlg_1', engine: request.engine, meter: METER };
  if (ability !== undefined && request.turns.at(-1)?.speaker !== 'abilities') {
    const invoke = { ticket: 'ticket_1', title: ability.title, input: { city: 'Nice', note: 'a "quoted" word' } };
    return { ...head, reply: [{ say: 'One moment.' }, { invoke }], ended: 'invokes' };
  }
  return { ...head, reply: [{ say: wordsFor(request) }], ended: 'done' };
}

function wordsFor({ turns, answer_schema }: AcmeRequest): string {
  if (answer_schema !== undefined) return JSON.stringify(instanceOf(answer_schema.properties ?? {}));
  const pieces = turns.at(-1)?.pieces ?? [];
  return pieces
    .map((piece) => {
      if ('say' in piece) return `Acme heard: ${piece.say}`;
      if ('picture' in piece) return 'Acme saw a picture.';
      return 'outcome' in piece ? `Acme was told: ${piece.outcome.text}` : '';
    })
    .join(' ');
}

function instanceOf(properties: Readonly<Record<string, { readonly type?: unknown }>>): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type }]) => [name, type === 'number' ? 21 : `the ${name}`]),
  );
}
