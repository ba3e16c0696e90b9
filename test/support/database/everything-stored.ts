// Reads all that is stored, for tests that look for what must not be.
import { env } from 'cloudflare:workers';

/** Every row of every table, and every object of the store, as text. */
export async function everythingStored(): Promise<string> {
  const { results: tables } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
  ).all();
  const rows = await Promise.all(tables.map(({ name }) => env.DB.prepare(`select * from "${name}"`).all()));
  const { objects } = await env.ARCHIVES.list();
  const contents = await Promise.all(objects.map(async ({ key: name }) => (await env.ARCHIVES.get(name))?.text()));
  return JSON.stringify([rows.map(({ results }) => results), contents]);
}
