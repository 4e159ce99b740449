import type { InboundCodec } from '../../spec/codec.js';
import { writeGeminiError } from './errors.js';
import { readGeminiModelRequest } from './read-request.js';
import { GeminiStreamWriter } from './stream-writer.js';
import { writeGeminiAnswer } from './write-answer.js';

/**
 * The client's side of Gemini's API (`generateContent`, `streamGenerateContent?alt=sse`). Model and streaming stand in
 * the path, so `readRequest` says `streams: false` and its caller sets what the path says.
 */
export const geminiInbound: InboundCodec = {
  dialect: 'gemini',
  readRequest: readGeminiModelRequest,
  writeAnswer: writeGeminiAnswer,
  createStreamWriter: (context) => new GeminiStreamWriter(context),
  writeError: writeGeminiError,
};
