// A repository with an extractor in a folder, and an organization that publishes it.
import type { Answer } from '../../support/client.ts';
import { type TestApp, testApp } from '../../support/deps.ts';
import { committed, freshGoName } from '../../support/plugins/go-sources.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

interface Scene extends TestApp {
  org: Organization;
  name: string;
  repository: string;
  commit: string;
  fromGit(more?: object): Promise<Answer>;
  commitAs(tag: string, files: Record<string, string>): Promise<{ commit: string }>;
}

/** Creates a repository with a plugin in a subfolder, tagged v1. */
export async function scene(
  more: Record<string, string> = {},
  replacements: Parameters<typeof testApp>[0] = {},
): Promise<Scene> {
  const app = testApp(replacements);
  const org = await organization({ fetch: app.fetch });
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  const commitAs = (tag: string, files: Record<string, string>) => committed(name, tag, files);
  const source = await commitAs('v1', { ...inFolder(name, '1.0.0'), 'README.md': 'hello', ...more });
  const fromGit = (given: object = {}) =>
    org.post(`${org.plugins}/from-git`, { repository: source.repository, ref: 'v1', path: 'plugins/ocr', ...given });
  return { ...app, ...source, org, name, fromGit, commitAs };
}

export function inFolder(name: string, version: string): Record<string, string> {
  const files = plugin({ name, version, realtime: true }).files;
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`plugins/ocr/${path}`, String(text)]));
}
