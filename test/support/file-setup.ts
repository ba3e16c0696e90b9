// Applies the migrations to the D1 of each test file, in one batch.
import { env } from 'cloudflare:workers';

await env.DB.batch(env.MIGRATIONS.flatMap(({ queries }) => queries).map((query) => env.DB.prepare(query)));
