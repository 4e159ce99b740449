import { z } from 'zod';

import { camelCaseFields } from '../management/camel-case-fields.js';
import { descriptionField, nameField, shownInstant } from '../management/fields.js';
import { routingPolicyRequestFields, routingPolicySettingsSchema } from './routing-policy-settings.js';

/** The body and the objects in it; the keys of the data fields are names of the caller's and of failures. */
const FIELD_NAMES = { depth: 2, dataFields: new Set(['modelAliases', 'outcomes']) };

/** A routing policy as the API shows it. */
export const routingPolicySchema = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    ...routingPolicySettingsSchema.shape,
    revision: z.string().describe('Moves with every effective change.'),
    created_at: shownInstant,
    updated_at: shownInstant,
    archived_at: shownInstant.nullable(),
  })
  .meta({ id: 'RoutingPolicy' });
export type RoutingPolicyView = z.output<typeof routingPolicySchema>;

/** A body whose fields may be spelled in either way, as in the configuration of a virtual key. */
const eitherSpelling = <Body extends z.ZodType>(body: Body) =>
  z.preprocess((input) => camelCaseFields(input, FIELD_NAMES), body);

export const createRoutingPolicySchema = eitherSpelling(
  z.strictObject({ name: nameField, description: descriptionField.nullish(), ...routingPolicyRequestFields }),
);
export type CreateRoutingPolicy = z.output<typeof createRoutingPolicySchema>;

export const updateRoutingPolicySchema = eitherSpelling(
  z.strictObject({
    name: nameField.optional(),
    description: descriptionField.nullish(),
    ...routingPolicyRequestFields,
  }),
);
export type UpdateRoutingPolicy = z.output<typeof updateRoutingPolicySchema>;
