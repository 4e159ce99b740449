import type { z } from 'zod';

import type { ErrorCode } from '../errors/error-catalogue.js';

/** Where the management API is served. */
export const MANAGEMENT_PREFIX = '/api/gateway/v1';

/**
 * One route of the management API: what it takes, what it answers, and how it is documented.
 *
 * The same value decorates the handler, checks the request and writes the OpenAPI document, so the three cannot differ.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below {@link MANAGEMENT_PREFIX}; path parameters are written `:name`. */
  readonly path: string;
  /** The handler's name in generated clients, for instance `createVirtualKey`. */
  readonly operationId: string;
  /** The group the route is listed under. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The status of success. */
  readonly status: 200 | 201;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  /** Codes of refusals that are particular to the route, beyond those that every route knows. */
  readonly refusals?: readonly ErrorCode[];
  /** True when the route asks for no admin key. Default: it asks for one. */
  readonly isPublic?: boolean;
  /** A request body that works, for the document. */
  readonly example?: unknown;
}

type Parsed<Part> = Part extends z.ZodType ? z.output<Part> : undefined;

/** What the handler of a route receives, checked. */
export interface InputOf<Definition extends Route> {
  readonly params: Definition extends { readonly params: infer Part } ? Parsed<Part> : undefined;
  readonly query: Definition extends { readonly query: infer Part } ? Parsed<Part> : undefined;
  readonly headers: Definition extends { readonly headers: infer Part } ? Parsed<Part> : undefined;
  readonly body: Definition extends { readonly body: infer Part } ? Parsed<Part> : undefined;
}

/** What the handler of a route answers. */
export type AnswerOf<Definition extends Route> = z.input<Definition['response']>;

/** Declares a route; the definition keeps its exact type for {@link InputOf} and {@link AnswerOf}. */
export function defineRoute<const Definition extends Route>(definition: Definition): Definition {
  return definition;
}
