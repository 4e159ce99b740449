import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Kysely } from 'kysely';

import { Clock, VirtualClock } from '#kernel';
import { ProvidersModule } from '#providers';

import { AdminKeys } from '../../admin-auth/admin-keys.js';
import { readConfig } from '../../config/read-config.js';
import { CoreModule } from '../../core.module.js';
import type { Database } from '../../database/schema.js';
import { ApiErrorFilter } from '../../errors/api-error.filter.js';
import { keepRawBodies } from '../../http/raw-body.js';
import { ManagementApiModule } from '../../openapi/management-api.module.js';
import { Organizations } from '../../organizations/organizations.js';
import { OrganizationsModule } from '../../organizations/organizations.module.js';
import { createTestDatabase } from '../../testing/database.js';
import { MANAGEMENT_PREFIX } from '../route.js';

/** An organization with an admin key, a team, a project in the team, and a project of its own. */
export interface Tenant {
  readonly organizationId: string;
  readonly teamId: string;
  readonly teamProjectId: string;
  readonly projectId: string;
  readonly adminKeyId: string;
  readonly adminKey: string;
}

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Untyped, as a client without types would read it: the tests assert every value that they read. */
  readonly body: ReturnType<JSON['parse']>;
  readonly text: string;
}

export interface CallOptions {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The management API on a database of its own, with a clock that only moves when a test moves it. */
export class ManagementApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: Kysely<Database>,
    readonly clock: VirtualClock,
    /** Every line that was logged, as text. */
    readonly logs: readonly string[],
    /** Every route that Fastify knows, as `GET /path`. */
    readonly servedRoutes: readonly string[],
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async start(postgresUrl: string, environment: Readonly<Record<string, string>> = {}): Promise<ManagementApp> {
    const { url, database, drop } = await createTestDatabase(postgresUrl);
    const clock = new VirtualClock();
    const logs: string[] = [];
    const servedRoutes: string[] = [];
    const testing = await Test.createTestingModule({
      imports: [
        CoreModule.forRoot(readConfig({ ...secrets(), DATABASE_URL: url, ...environment })),
        ProvidersModule.forRoot(),
        OrganizationsModule,
        ManagementApiModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
      bodyParser: false,
      logger: recordingLogger(logs),
    });
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', (route) => {
      for (const method of [route.method].flat()) servedRoutes.push(`${method} ${route.url}`);
    });
    keepRawBodies(app);
    app.useGlobalFilters(new ApiErrorFilter());
    await app.init();
    await fastify.ready();
    return new ManagementApp(app, database, clock, logs, servedRoutes, drop);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.dropDatabase();
  }

  async createTenant(name: string): Promise<Tenant> {
    const organizations = this.app.get(Organizations);
    const organization = await organizations.createOrganization({ name });
    const team = await organizations.createTeam({ organizationId: organization.id, name: 'team' });
    const teamProject = await organizations.createProject({
      organizationId: organization.id,
      teamId: team.id,
      name: 'team project',
    });
    const project = await organizations.createProject({ organizationId: organization.id, name: 'project' });
    const { id, secret } = await this.app.get(AdminKeys).mint(organization.id, 'test');
    return {
      organizationId: organization.id,
      teamId: team.id,
      teamProjectId: teamProject.id,
      projectId: project.id,
      adminKeyId: id,
      adminKey: secret,
    };
  }

  /** Calls the API as `key`; paths are below its prefix. */
  async call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options: CallOptions = {}): Promise<Answer> {
    const response = await this.app.inject({
      method,
      url: MANAGEMENT_PREFIX + path,
      headers: {
        ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { payload: JSON.stringify(options.body) }),
    });
    const text = response.body;
    return {
      status: response.statusCode,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
      text,
    };
  }

  /** Change events of an organization, oldest first. */
  async changes(
    organizationId: string,
  ): Promise<{ kind: string; virtual_key_id: string | null; budget_id: string | null }[]> {
    return this.database
      .selectFrom('change_events')
      .select(['kind', 'virtual_key_id', 'budget_id'])
      .where('organization_id', '=', organizationId)
      .orderBy('revision')
      .execute();
  }

  /** Audit entries of one object, oldest first. */
  async audit(targetId: string) {
    return this.database.selectFrom('audit_log').selectAll().where('target_id', '=', targetId).orderBy('id').execute();
  }
}

function secrets(): Record<string, string> {
  const secret = 'x'.repeat(32);
  return {
    LW_GATEWAY_INTERNAL_SECRET: secret,
    LW_GATEWAY_JWT_SECRET: secret,
    LW_VIRTUAL_KEY_PEPPER: secret,
    CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  };
}

function recordingLogger(lines: string[]) {
  const record = (...parts: unknown[]): void => {
    lines.push(parts.map((part) => (part instanceof Error ? String(part.stack) : JSON.stringify(part))).join(' '));
  };
  return { log: record, error: record, warn: record, debug: record, verbose: record, fatal: record };
}
