// Before each test file: nothing is left of the one before, and D1 has the schema.
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

await reset();
await env.DB.batch(env.MIGRATIONS.flatMap(({ queries }) => queries).map((query) => env.DB.prepare(query)));
