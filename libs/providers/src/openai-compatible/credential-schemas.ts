import { z } from 'zod';
import { apiKeySchema, optionalApiKeySchema, plainField, secretField } from '../adapters/credential-fields.js';
import { isKeyHeaderName } from './key-header.js';
import type { OpenAiCompatibleVendor } from './vendors.js';

/** OpenAI's own: a key may be of several organizations and projects. */
const openAiSchema = z.strictObject({
  api_key: secretField,
  organization: plainField.optional(),
  project: plainField.optional(),
});

/** A server of one's own says in which header it wants its key, if it wants one. */
const customSchema = z
  .strictObject({
    api_key: secretField.optional(),
    auth_header: plainField.refine(isKeyHeaderName, 'must be the name of a header that may carry a key').optional(),
    auth_scheme: plainField.regex(/^[\w.-]+$/, 'must be one word, such as Bearer').optional(),
  })
  .refine(
    (names) => names.api_key !== undefined || (names.auth_header === undefined && names.auth_scheme === undefined),
    'auth_header and auth_scheme say how api_key is sent, and there is none',
  );

/** What the credentials of a vendor must hold. */
export function credentialSchemaOf(vendor: OpenAiCompatibleVendor) {
  if (vendor.family === 'openai') return openAiSchema;
  if (vendor.family === 'custom') return customSchema;
  return vendor.apiKey === 'optional' ? optionalApiKeySchema : apiKeySchema;
}
