import { z } from 'zod';

/** Fields that several objects of the management API share, as Zod schemas. Requests are strict: a typo is an error. */

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 200;
const CURSOR_CHARACTERS_MAX = 500;
const METADATA_ENTRIES_MAX = 40;
const METADATA_VALUE_CHARACTERS_MAX = 500;

export const idField = z.string().min(1).max(64);
export const nameField = z.string().trim().min(1).max(128);
export const descriptionField = z.string().max(1000);
export const externalIdField = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .describe('Your own id of the object; unique in the organization for its kind.');
export const reasonField = z.string().trim().max(500).describe('Kept in the audit log.');

export const metadataField = z
  .record(z.string().min(1).max(128), z.string().max(METADATA_VALUE_CHARACTERS_MAX))
  .refine((metadata) => Object.keys(metadata).length <= METADATA_ENTRIES_MAX, `at most ${METADATA_ENTRIES_MAX} entries`)
  .describe('A flat map of your own; a PATCH replaces it whole.');

/** An instant in a request: ISO 8601 with an offset. */
export const instantField = z.iso.datetime({ offset: true });
/** An instant in an answer: ISO 8601 in UTC with milliseconds. */
export const shownInstant = z.iso.datetime();

export const scopeSchema = z.strictObject({
  scope_type: z.enum(['organization', 'team', 'project']),
  scope_id: idField,
});
export type Scope = z.output<typeof scopeSchema>;

/** The query of every list. */
export const pageQueryFields = {
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z
    .string()
    .min(1)
    .max(CURSOR_CHARACTERS_MAX)
    .optional()
    .describe('The `next_cursor` of the page before. Opaque: do not build one.'),
};

/** A page of a list; `next_cursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}

export const idParams = z.object({ id: idField });

/** The header by which a create can be repeated safely for 24 hours. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(8)
    .max(255)
    .optional()
    .describe('A key of your own (a UUID does). A repeat within 24 hours gets the first answer again.'),
});
