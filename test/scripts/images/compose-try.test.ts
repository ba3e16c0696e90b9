// Tests what the README promises about compose.try.yaml: one command, only this machine reaches it, Docker's default protection, and
// state in a volume.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readStartSettings } from '../../../scripts/local/settings.ts';

const fileSchema = z.strictObject({
  name: z.string(),
  services: z.strictObject({
    // Strict, so that nothing here weakens Docker's seccomp profile or adds capabilities.
    slipway: z.strictObject({
      build: z.strictObject({ context: z.literal('.'), dockerfile: z.string() }),
      environment: z.record(z.string(), z.string()),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      init: z.boolean(),
      stop_grace_period: z.string(),
    }),
  }),
  volumes: z.record(z.string(), z.null()),
});
const {
  services: { slipway },
  volumes,
} = fileSchema.parse(parse(readFileSync('compose.try.yaml', 'utf8')));
const image = readFileSync(slipway.build.dockerfile, 'utf8');

function withPort(text: string, port: string | undefined): string {
  return text.replaceAll(/\$\{SLIPWAY_PORT:-(\d+)\}/g, (_, fallback) => port ?? fallback);
}

test.each([
  [undefined, '8080'],
  ['9000', '9000'],
])('only this machine reaches the console; SLIPWAY_PORT=%s makes it http://localhost:%s', (chosen, port) => {
  expect(slipway.ports.map((text) => withPort(text, chosen))).toEqual([`127.0.0.1:${port}:${port}`]);
  const environment = Object.entries(slipway.environment).map(([name, text]) => [name, withPort(text, chosen)]);
  expect(readStartSettings([], Object.fromEntries(environment))).toMatchObject({
    port: Number(port),
    bind: '0.0.0.0',
    consoleUrl: `http://localhost:${port}`,
    anonymous: false,
    demo: 'short',
  });
});

test("the state is in a volume that outlives the container, and plugins are in the checkout, as the checkout's owner", () => {
  const [, state = ''] = /^ENV SLIPWAY_STATE=(\S+)$/m.exec(image) ?? [];
  expect(slipway.volumes).toEqual([`state:${dirname(state)}`, './plugins:/plugins']);
  expect(readFileSync('plugins/.gitignore', 'utf8')).toMatch(/^\*$/m);
  expect(volumes).toEqual({ state: null });
});

test('the image starts everything with the demo, gives up root, and needs no packages of the host', () => {
  expect(image).toMatch(/^CMD \["slipway", "serve"\]$/m);
  expect(readFileSync('scripts/try/slipway.sh', 'utf8')).toMatch(
    /^exec env .* setpriv --reuid .* --no-new-privs node "\$@"$/m,
  );
  expect(image).not.toMatch(/^COPY (?!--from).*node_modules/m);
  // npm runs it as the script postinstall.
  expect(image).toMatch(/^COPY .*requirements\.cjs[^\n]*\nRUN npm ci /m);
});

test('the image is built on the images that the builder uses', () => {
  const production = readFileSync('wrangler.toml', 'utf8');
  const bases = [...image.matchAll(/^ARG (?:BASE|NODE)=(\S+)$/gm)].map(([, name = '']) => name);
  expect(bases.filter((name) => !production.includes(`"${name}@sha256:`))).toEqual([]);
  expect(bases).toHaveLength(2);
});

test('the README names the command', () => {
  expect(readFileSync('README.md', 'utf8')).toMatch(/^docker compose -f compose\.try\.yaml up$/m);
});
