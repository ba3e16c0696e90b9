// An organization whose Go plugin requires a private module.
import { env } from 'cloudflare:workers';
import { moduleSum } from '../../../src/instances/builds/private-modules.ts';
import type { Answer } from '../client.ts';
import { testApp } from '../deps.ts';
import { committed, freshGoName, pipelineSource, protect } from '../plugins/go-sources.ts';
import { builderFetchingFrom } from '../workers/fetching-builder.ts';
import { type Organization, organization } from './organization.ts';

export const token = 'glpat-9a0b77c1';
export const place = 'git.example.com/acme';

/** The same repositories over HTTP, for clients with a token, and over SSH, for clients with the key. */
export const http = new URL(env.REPOSITORIES_URL).origin;

interface Scene {
  org: Organization;
  other: Organization;
  name: string;
  module: string;
  install(goMod: string, goSum: string, by?: Organization): Promise<Answer>;
  /** Returns the module's go.sum line. */
  sumOf(files: Record<string, string>, module?: string, version?: string): Promise<string>;
}

export const libraryFiles = (module: string) => ({
  'go.mod': `module ${module}\n\ngo 1.24\n\ntoolchain go1.24.3\n`,
  'word.go': 'package lib\n\nfunc Word() string { return "from a private module" }\n',
  'word_test.go': 'package lib\n',
});

/** Creates a private repository with the module at v1.2.0, and a public repository for the plugin. */
export async function privateModuleScene(
  files: (module: string) => Record<string, string> = libraryFiles,
  app = testApp({ builder: builderFetchingFrom(http), allowLoopback: true }),
): Promise<Scene> {
  const org = await organization({ fetch: app.fetch });
  const other = await organization({ fetch: app.fetch });
  const library = freshGoName();
  const module = `${place}/${library}`;
  await committed(library, 'v1.2.0', files(module));
  await protect(library, [token]);
  const name = freshGoName();
  let tags = 0;
  const install = async (goMod: string, goSum: string, by = org) => {
    const tag = `v0.0.${tags++}`;
    const body = 'return map[string]interface{}{"text": lib.Word()}, nil';
    const plugin = pipelineSource({ body, imports: [module] });
    const text = plugin['plugin.go'].replace(`"${module}"`, `lib "${module}"`);
    const { repository } = await committed(name, tag, {
      ...plugin,
      'plugin.go': text,
      'go.mod': goMod,
      'go.sum': goSum,
    });
    return by.post('/api/plugins', { name: `${name}-${tags}`, repository, version: tag });
  };
  const sumOf = async (contents: Record<string, string>, path = module, version = 'v1.2.0') => {
    const encoded = Object.entries(contents).map(
      ([file, text]) => [file, new Uint8Array(new TextEncoder().encode(text))] as const,
    );
    return `${path} ${version} ${await moduleSum(path, version, new Map(encoded))}\n`;
  };
  return { org, other, name, module, install, sumOf };
}

export const goMod = (...lines: string[]) =>
  `module example.com/plugin\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n${lines.join('\n')}\n`;
