import type { ProviderCodec } from '../../spec/codec.js';
import { readError } from './errors.js';
import { readAnswer } from './read-answer.js';
import { ConverseStreamReader } from './stream-reader.js';
import { writeRequest } from './write-request.js';

/** Amazon Bedrock's Converse and ConverseStream, from the provider's side. */
export const bedrockConverseProvider: ProviderCodec = {
  dialect: 'bedrock-converse',
  writeRequest,
  readAnswer,
  createStreamReader: () => new ConverseStreamReader(),
  readError,
};
