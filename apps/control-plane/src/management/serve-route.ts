import { applyDecorators, createParamDecorator, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { invariant } from '#kernel';

import { parseJson } from '../http/parse-json.js';
import { type InputTarget, parseInput } from '../http/parse-input.js';
import { invalidFields } from './invalid-fields.js';
import type { InputOf, Route } from './route.js';
import { hasUnstorableText } from './unstorable-text.js';

const ROUTE_METADATA = 'management:route';

/** Makes a controller's method the handler of `route`: method, path and status come from the definition. */
export function ServeRoute(route: Route): MethodDecorator {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[route.method], path: route.path }),
    HttpCode(route.status),
    SetMetadata(ROUTE_METADATA, route),
  );
}

/**
 * The checked input of the route that the method serves: `@RouteInput() input: InputOf<typeof route>`.
 *
 * Refuses with 400 `invalid_json` or 400 `validation_error`, before the handler runs.
 */
export const RouteInput = createParamDecorator((_: unknown, context: ExecutionContext): CheckedInput => {
  const route = routeServedBy(context.getHandler());
  invariant(route !== undefined, 'a handler with @RouteInput() also has @ServeRoute()');
  return readInput(route, context.switchToHttp().getRequest<FastifyRequest>());
});

/** The route that a handler serves, or undefined when it serves none. */
function routeServedBy(handler: object): Route | undefined {
  const route: Route | undefined = Reflect.getMetadata(ROUTE_METADATA, handler);
  return route;
}

/** {@link InputOf} of a route that is not known when this is compiled. */
type CheckedInput = Readonly<Record<keyof InputOf<Route>, unknown>>;

/** Every route that a controller serves, in the order of its methods. */
export function routesOf(controller: { readonly prototype: object }): Route[] {
  return Object.values(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(({ value }) => {
    const route = typeof value === 'function' ? routeServedBy(value) : undefined;
    return route === undefined ? [] : [route];
  });
}

function readInput(route: Route, request: FastifyRequest): CheckedInput {
  return {
    params: route.params && parseInput(route.params, storable(request.params, 'param'), 'param'),
    query: route.query && parseInput(route.query, storable(request.query, 'query'), 'query'),
    headers: route.headers && parseInput(route.headers, request.headers, 'header'),
    body: route.body && parseInput(route.body, storable(parseJson(request.body), 'body'), 'body'),
  };
}

function storable(value: unknown, target: InputTarget): unknown {
  if (!hasUnstorableText(value)) return value;
  throw invalidFields([{ path: '', message: 'must not contain U+0000 or half a surrogate pair' }], target);
}
