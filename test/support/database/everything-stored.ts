// Reads everything stored, for tests that look for forbidden contents.
import { env } from 'cloudflare:workers';

/** Returns every row of every table, and every object in the store, as text. */
export async function everythingStored(): Promise<string> {
  const { results: tables } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
  ).all();
  const rows = await Promise.all(tables.map(({ name }) => env.DB.prepare(`select * from "${name}"`).all()));
  const { objects } = await env.ARCHIVES.list();
  const contents = await Promise.all(objects.map(async ({ key: name }) => (await env.ARCHIVES.get(name))?.text()));
  return JSON.stringify([rows.map(({ results }) => results), contents]);
}
