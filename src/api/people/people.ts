// Adds the routes of people: their sign-in, their own things, and their membership in organizations.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../context.ts';
import { invitations } from './invitations.ts';
import { memberRoutes } from './members.ts';
import { person } from './person.ts';
import { signIn } from './sign-in.ts';

export function addPeople(app: OpenAPIHono<AppEnv>): void {
  app.route('/v1/sign-in', signIn());
  app.route('/v1/person', person());
  app.route('/v1/members', memberRoutes());
  app.route('/v1/invitations', invitations());
}
