// Before each test file: its own D1 gets the schema, in one go.
import { env } from 'cloudflare:workers';

await env.DB.batch(env.MIGRATIONS.flatMap(({ queries }) => queries).map((query) => env.DB.prepare(query)));
