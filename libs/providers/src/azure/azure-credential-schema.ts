import { z } from 'zod';
import { plainField, secretField, urlField } from '../adapters/credential-fields.js';
import { MACHINE_IDENTITY } from './azure-access.js';

/** What a tenant is named by: an id or a domain. It becomes part of a URL. */
const TENANT = /^[0-9A-Za-z.-]+$/;

/** What an Azure credential must hold: an endpoint, and either a key or an application of Entra ID. */
export const azureCredentialSchema = z
  .strictObject({
    api_key: secretField.optional(),
    endpoint: urlField,
    api_version: plainField
      .regex(/^[\w.-]+$/, 'must be a date such as 2024-10-21, or one of v1, preview and latest')
      .optional(),
    default_deployment: plainField.optional(),
    tenant_id: plainField.regex(TENANT, 'must be the id or the domain of a tenant').optional(),
    client_id: plainField.optional(),
    client_secret: secretField.optional(),
  })
  .refine((names) => names.api_key !== undefined || names.client_secret !== undefined, {
    path: ['api_key'],
    message: `is required; \`${MACHINE_IDENTITY}\`, or tenant_id, client_id and client_secret, ask for tokens of Entra ID instead`,
  })
  .refine(
    ({ tenant_id, client_id, client_secret }) =>
      new Set([tenant_id, client_id, client_secret].map((value) => value === undefined)).size === 1,
    'tenant_id, client_id and client_secret go together',
  )
  .refine(
    ({ api_key, client_secret }) =>
      api_key === undefined || api_key === MACHINE_IDENTITY || client_secret === undefined,
    'api_key and client_secret are two ways to sign in: give one of them',
  );
