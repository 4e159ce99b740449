import { z } from 'zod';
import { REGION_PATTERN } from './region.js';

const SECRET_CHARACTERS_MAX = 16_384;
const PLAIN_CHARACTERS_MAX = 256;
const URL_CHARACTERS_MAX = 2048;

/** A secret: any text with something in it. */
export const secretField = z.string().trim().min(1).max(SECRET_CHARACTERS_MAX);

/** A name, a region, a version. */
export const plainField = z.string().trim().min(1).max(PLAIN_CHARACTERS_MAX);

/** A URL; whether it may be called is checked by whoever stores it. */
export const urlField = z.url().max(URL_CHARACTERS_MAX);

/** A cloud's region. It becomes part of a host name, so nothing else may stand in it. */
export const regionField = plainField.regex(REGION_PATTERN, 'must be lower-case letters, digits and dashes');

/** Credentials of vendors that take an API key and nothing else. */
export const apiKeySchema = z.strictObject({ api_key: secretField });

/** The same, for servers that may have no authentication. */
export const optionalApiKeySchema = z.strictObject({ api_key: secretField.optional() });
