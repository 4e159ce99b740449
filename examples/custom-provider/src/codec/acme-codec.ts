import type { ProviderCodec } from 'ai-gateway-providers';
import { AcmeStreamReader } from './acme-stream-reader.js';
import { readAnswer } from './read-answer.js';
import { readError } from './read-error.js';
import { writeRequest } from './write-request.js';

/** The name of Acme's wire format; a format of one's own begins with `x-`. */
export const ACME_DIALECT = 'x-acme';

/** Translates between the gateway's requests and answers and Acme's wire format. */
export const acmeCodec: ProviderCodec = {
  dialect: ACME_DIALECT,
  writeRequest,
  readAnswer,
  createStreamReader: () => new AcmeStreamReader(),
  readError,
};
