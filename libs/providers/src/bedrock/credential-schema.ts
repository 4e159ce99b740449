import { z } from 'zod';
import { regionField, secretField } from '../adapters/credential-fields.js';

/**
 * What a Bedrock credential may hold: an API key of Bedrock, or keys of an AWS identity, or neither, which means the
 * identity of the machine that the gateway runs on.
 */
export const bedrockCredentialSchema = z
  .strictObject({
    access_key: secretField.optional(),
    secret_key: secretField.optional(),
    session_token: secretField.optional(),
    region: regionField.optional(),
    api_key: secretField.optional(),
  })
  .refine(
    ({ access_key: id, secret_key: secret }) => (id === undefined) === (secret === undefined),
    'access_key and secret_key go together; without both, the identity of the machine is used',
  )
  .refine(
    ({ session_token: token, access_key: id }) => token === undefined || id !== undefined,
    'session_token goes with access_key and secret_key',
  );
