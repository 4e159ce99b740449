import {
  Losses,
  RequestUnreadableError,
  applyParameterPolicy,
  isUnsupportedField,
  type InboundCodec,
  type JsonObject,
  type ModelCapabilities,
  type ModelRequest,
  type ProviderCodec,
  type StateFamily,
} from '#providers';
import { GatewayError } from '../errors/gateway-error.js';

/** What a translation is about. */
export interface TranslationInput {
  readonly request: ModelRequest;
  readonly inbound: InboundCodec;
  readonly provider: ProviderCodec;
  /** The model as the provider knows it. */
  readonly model: string;
  /** The provider's family, for the refusal's sentence. */
  readonly family: string;
  readonly stateFamily: StateFamily | undefined;
  readonly capabilities: ModelCapabilities;
  /** Refuse the request rather than leave anything out. */
  readonly strict: boolean;
}

/** A request in the provider's words. */
export interface Translation {
  readonly body: Buffer;
  /** What was left out, as the client's dialect names it; sorted. */
  readonly droppedFields: readonly string[];
}

/**
 * Writes a request in the provider's dialect.
 *
 * @throws GatewayError `unsupported_parameter` when leaving something out would change what the request means, or when
 *   `strict` and anything would be left out.
 */
export function translateRequest(input: TranslationInput): Translation {
  const { inbound, provider, model, capabilities, strict } = input;
  const policy = applyParameterPolicy({
    request: input.request,
    inbound: inbound.dialect,
    provider: provider.dialect,
    model,
    capabilities,
    strict,
  });
  if (!policy.ok) throw refusal(input, policy);
  const losses = new Losses(policy.dropped);
  const body = writeBody(input, policy.request, losses);
  const [first] = losses.all;
  if (strict && first !== undefined) throw refusal(input, first);
  return { body: Buffer.from(JSON.stringify(body)), droppedFields: losses.fields() };
}

/**
 * Reads a client's request into no vendor's words.
 *
 * @throws GatewayError `bad_request` for a body that the dialect itself would refuse.
 */
export function readModelRequest(codec: Pick<InboundCodec, 'readRequest'>, body: Buffer): ModelRequest {
  try {
    return codec.readRequest(parseBody(body));
  } catch (error) {
    if (!(error instanceof RequestUnreadableError)) throw error;
    throw new GatewayError('bad_request', {
      message: `The request cannot be read: "${error.field}" ${error.problem}.`,
      meta: { param: error.field },
      cause: error,
    });
  }
}

/**
 * Parses a body that is known to be an object.
 *
 * @throws GatewayError `bad_request` when it is no valid JSON.
 */
export function parseBody(body: Buffer): JsonObject {
  try {
    return JSON.parse(body.toString('utf8')) as JsonObject;
  } catch (error) {
    throw new GatewayError('bad_request', { message: 'The request body is not valid JSON.', cause: error });
  }
}

function writeBody(input: TranslationInput, request: ModelRequest, losses: Losses): JsonObject {
  const { provider, model, stateFamily, capabilities } = input;
  try {
    return provider.writeRequest(request, { model, stateFamily, capabilities, losses });
  } catch (error) {
    if (isUnsupportedField(error)) throw refusal(input, error);
    throw error;
  }
}

function refusal(
  { model, family, strict }: TranslationInput,
  { field, reason }: { readonly field: string; readonly reason: string },
): GatewayError {
  const mode = strict ? ' The request is strict, so nothing may be left out.' : '';
  return new GatewayError('unsupported_parameter', {
    message: `"${field}" cannot be carried to the model "${model}" of ${family}: ${reason}.${mode} Leave it out, or use a model that supports it.`,
    meta: { param: field, reason },
  });
}
