import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  driver: 'd1-http',
  schema: ['./src/db/schema/*.ts', './src/features/*/tables.ts'],
  out: './migrations',
  tablesFilter: ['!d1_migrations'],
});
