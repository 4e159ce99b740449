import { z } from 'zod';

const say = z.strictObject({ say: z.string() });
const picture = z.strictObject({
  picture: z.union([z.strictObject({ type: z.string(), data: z.base64() }), z.strictObject({ link: z.url() })]),
});
const invoke = z.strictObject({
  invoke: z.strictObject({ ticket: z.string(), title: z.string(), input: z.looseObject({}) }),
});
const outcome = z.strictObject({
  outcome: z.strictObject({ ticket: z.string(), text: z.string(), failed: z.boolean() }),
});

const turn = z.discriminatedUnion('speaker', [
  z.strictObject({ speaker: z.literal('human'), pieces: z.array(z.union([say, picture])).min(1) }),
  z.strictObject({ speaker: z.literal('acme'), pieces: z.array(z.union([say, invoke])) }),
  z.strictObject({ speaker: z.literal('abilities'), pieces: z.array(outcome).min(1) }),
]);

/** A request as Acme takes it. It is strict, as vendors are: a name that it does not know is refused. */
export const acmeRequestSchema = z.strictObject({
  engine: z.enum(['acme-large', 'acme-mini']),
  live: z.boolean(),
  instructions: z.string().optional(),
  turns: z.array(turn).min(1),
  abilities: z
    .array(z.strictObject({ title: z.string(), purpose: z.string().optional(), input_schema: z.looseObject({}) }))
    .optional(),
  must_use: z
    .string()
    .regex(/^(none|any|ability:.+)$/)
    .optional(),
  limit: z.int().positive().optional(),
  style: z
    .strictObject({ heat: z.number().optional(), nucleus: z.number().optional(), halt: z.array(z.string()).optional() })
    .optional(),
  answer_schema: z.looseObject({ properties: z.record(z.string(), z.looseObject({})).optional() }).optional(),
});
/** A request that Acme has understood. */
export type AcmeRequest = z.output<typeof acmeRequestSchema>;
