import { z } from 'zod';

import { defineRoute } from '../management/route.js';
import { explainedRequestSchema } from './request.schema.js';

const REQUEST_ID_CHARACTERS_MAX = 256;

export const explainRequestRoute = defineRoute({
  method: 'GET',
  path: '/requests/:id/explain',
  operationId: 'explainRequest',
  tag: 'Requests',
  summary: 'Explain a request: who asked, where it went and why, and what it cost',
  description: 'Never any content. The id of a side attempt answers the request that it belongs to.',
  status: 200,
  params: z.object({
    id: z
      .string()
      .min(1)
      .max(REQUEST_ID_CHARACTERS_MAX)
      .describe('As in the header `X-LangWatch-Gateway-Request-Id` of the answer.'),
  }),
  response: z.object({ request: explainedRequestSchema }),
});
