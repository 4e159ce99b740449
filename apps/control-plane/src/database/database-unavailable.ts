/**
 * SQLSTATE classes and codes that mean "not now": connection trouble, refused log-in, no such database, shutdown, too
 * many clients, cancelled by a timeout.
 */
const SQL_STATES = /^(08...|28...|3D000|57P0[1-3]|53300|57014|25P03)$/;
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE']);
/** The driver reports these without any code. */
const DRIVER_MESSAGES = /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered)/;

/** Whether an error says that PostgreSQL cannot serve right now, so that the same request may work a little later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return SQL_STATES.test(code) || SOCKET_CODES.has(code);
  return DRIVER_MESSAGES.test(error.message);
}
