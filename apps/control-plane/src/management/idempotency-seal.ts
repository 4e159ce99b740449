/** The name that the answer kept under an idempotency key is sealed for. */
export function idempotencySealName(id: {
  readonly organization_id: string;
  readonly route: string;
  readonly key: string;
}): string {
  return `idempotency:${JSON.stringify([id.organization_id, id.route, id.key])}`;
}
