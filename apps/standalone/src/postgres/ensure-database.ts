import { Client, escapeIdentifier } from 'pg';

/** Creates the database `name` unless it exists, and returns its URL. `administratorUrl` names another database. */
export async function ensureDatabase(administratorUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: administratorUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(administratorUrl);
  url.pathname = `/${name}`;
  return url.href;
}
