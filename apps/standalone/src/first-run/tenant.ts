import type { Clock, Random } from '#kernel';
import { AdminKeys } from '../../../control-plane/src/admin-auth/admin-keys.js';
import { openDatabase } from '../../../control-plane/src/database/database.js';
import { RowIds } from '../../../control-plane/src/ids/row-ids.js';
import { Organizations } from '../../../control-plane/src/organizations/organizations.js';

/** Who a local installation belongs to, by id. */
export interface Tenant {
  readonly organizationId: string;
  readonly teamId: string;
  readonly projectId: string;
}

/** Models without a price cost nothing here: a server of one's own would otherwise be refused. In nano-USD. */
const FREE = { input: 0, output: 0 };

/** What the management API cannot create, made through the control plane's own services. */
export class TenantSetup {
  constructor(
    private readonly databaseUrl: string,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Creates an organization with one team and one project, all or none of them. */
  async createTenant(): Promise<Tenant> {
    return this.withDatabase(async (database, ids) => {
      const organizations = new Organizations(database, ids);
      return database.transaction().execute(async (transaction) => {
        const organization = await organizations.createOrganization(
          { name: 'Local', unpricedModels: 'default', defaultPrice: FREE },
          transaction,
        );
        const organizationId = organization.id;
        const team = await organizations.createTeam({ organizationId, name: 'Default team' }, transaction);
        const project = await organizations.createProject(
          { organizationId, teamId: team.id, name: 'Default project' },
          transaction,
        );
        return { organizationId, teamId: team.id, projectId: project.id };
      });
    });
  }

  /** Makes a new admin key and returns its secret. */
  async mintAdminKey(organizationId: string): Promise<string> {
    return this.withDatabase(async (database, ids) => {
      const keys = new AdminKeys(database, ids, this.clock, this.random);
      return (await keys.mint(organizationId, 'Local administrator')).secret;
    });
  }

  private async withDatabase<Result>(
    use: (database: ReturnType<typeof openDatabase>, ids: RowIds) => Promise<Result>,
  ): Promise<Result> {
    const database = openDatabase({ url: this.databaseUrl, connectionsMax: 1 });
    try {
      return await use(database, new RowIds(this.clock, this.random));
    } finally {
      await database.destroy();
    }
  }
}
