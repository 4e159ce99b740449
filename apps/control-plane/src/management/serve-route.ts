import { applyDecorators, createParamDecorator, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { invariant } from '#kernel';

import { parseJson } from '../http/json-body.js';
import { parseInput } from '../http/parse-input.js';
import type { InputOf, Route } from './route.js';

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
    params: route.params && parseInput(route.params, request.params, 'param'),
    query: route.query && parseInput(route.query, request.query, 'query'),
    headers: route.headers && parseInput(route.headers, request.headers, 'header'),
    body: route.body && parseInput(route.body, parseJson(request.body), 'body'),
  };
}
