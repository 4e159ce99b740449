import { z } from 'zod';
import { REGION } from './runtime-endpoint.js';

const CREDENTIAL_CHARACTERS_MAX = 16_384;

/** A blank value is one that is not there. */
const optional = z
  .string()
  .trim()
  .max(CREDENTIAL_CHARACTERS_MAX)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

/**
 * What a Bedrock credential may hold: an API key of Bedrock, or keys of an AWS identity, or neither, which means the
 * identity of the machine that the gateway runs on.
 */
export const bedrockCredentialSchema = z
  .strictObject({
    access_key: optional,
    secret_key: optional,
    session_token: optional,
    region: optional.refine(
      (region) => region === undefined || REGION.test(region),
      'must be a region such as us-east-1',
    ),
    api_key: optional,
  })
  .refine(
    ({ access_key: id, secret_key: secret }) => (id === undefined) === (secret === undefined),
    'access_key and secret_key go together; without both, the identity of the machine is used',
  )
  .refine(
    ({ session_token: token, access_key: id }) => token === undefined || id !== undefined,
    'session_token goes with access_key and secret_key',
  );
