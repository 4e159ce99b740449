import { Controller } from '@nestjs/common';
import { z } from 'zod';

import { BudgetsController } from '../budgets/budgets.controller.js';
import { GatewaysController } from '../fleet/gateways.controller.js';
import { defineRoute, MANAGEMENT_PREFIX, type Route } from '../management/route.js';
import { routesOf, ServeRoute } from '../management/serve-route.js';
import { ModelProvidersController } from '../model-providers/model-providers.controller.js';
import { RequestsController } from '../requests/requests.controller.js';
import { RoutingPoliciesController } from '../routing-policies/routing-policies.controller.js';
import { VirtualKeysController } from '../virtual-keys/virtual-keys.controller.js';
import { buildOpenApiDocument, type OpenApiDocument } from './openapi-document.js';

const openApiRoute = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  operationId: 'getOpenApiDocument',
  tag: 'Documentation',
  summary: 'Read this document',
  status: 200,
  isPublic: true,
  response: z.record(z.string(), z.unknown()).describe('An OpenAPI 3.1 document.'),
});

/** `/openapi.json`: the whole management API, for anybody. */
@Controller(MANAGEMENT_PREFIX)
export class OpenApiController {
  private readonly document = buildOpenApiDocument(managementRoutes());

  @ServeRoute(openApiRoute)
  get(): OpenApiDocument {
    return this.document;
  }
}

/** Every route of the management API, in the order in which it is documented. */
export function managementRoutes(): Route[] {
  return [
    VirtualKeysController,
    ModelProvidersController,
    RoutingPoliciesController,
    BudgetsController,
    RequestsController,
    GatewaysController,
    OpenApiController,
  ].flatMap((controller) => routesOf(controller));
}
