/** Who acts, and for which organization. Everything that an actor reads or writes belongs to that organization. */
export interface Actor {
  readonly organizationId: string;
  readonly type: 'admin_api_key' | 'system';
  /** Id of the admin key; null for the system itself. */
  readonly id: string | null;
}

/** The control plane acting on its own account, for instance on an installation's first run. */
export function systemActor(organizationId: string): Actor {
  return { organizationId, type: 'system', id: null };
}
