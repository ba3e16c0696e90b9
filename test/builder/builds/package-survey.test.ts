// Tests how a plugin's imported packages decide whether it can run in an isolate.
import { describe, expect, test } from 'vitest';
import {
  listModules,
  type Package,
  parsePackages,
  reasonForContainer,
} from '../../../builder/server/builds/package-survey.ts';

const main = { Path: 'example.com/plugin', Version: '', Main: true };
const other = { Path: 'golang.org/x/oauth2', Version: 'v0.30.0', Main: false };

function std(ImportPath: string, ...Imports: string[]): Package {
  return { ImportPath, Standard: true, Imports, ImportMap: {} };
}

function own(ImportPath: string, Module: Package['Module'], ...Imports: string[]): Package {
  return { ImportPath, Standard: false, Imports, ImportMap: {}, Module };
}

const standard = [
  std('strings'),
  std('net', 'vendor/golang.org/x/net/dns'),
  std('net/http', 'crypto/tls', 'net'),
  std('net/url', 'strings'),
  std('crypto/tls', 'crypto/x509', 'net'),
  std('crypto/x509', 'net', 'strings'),
  std('expvar', 'net/http'),
  std('os/exec', 'strings'),
  std('os/signal'),
  std('plugin'),
];

function reason(...packages: Package[]): string | undefined {
  return reasonForContainer([...standard, ...packages]);
}

describe('a plugin needs a container if', () => {
  test.each<[string, string]>([
    ['net', 'uses net: needs a container'],
    ['net/http', 'uses net/http: needs a container'],
    ['os/exec', 'uses os/exec: needs a container'],
    ['os/signal', 'uses os/signal: needs a container'],
    ['plugin', 'uses plugin: needs a container'],
    ['crypto/tls', 'uses crypto/tls, which depends on net: needs a container'],
    ['expvar', 'uses expvar, which depends on net: needs a container'],
  ])('a plugin needs a container if it imports %s', (path, expected) => {
    expect(reason(own('example.com/plugin', main, 'strings', path))).toBe(expected);
  });

  test('a plugin needs a container if one of its modules imports a package that needs one', () => {
    const found = reason(
      own('golang.org/x/oauth2', other, 'net/http'),
      own('example.com/plugin', main, 'golang.org/x/oauth2'),
    );
    expect(found).toBe('golang.org/x/oauth2 uses net/http: needs a container');
  });

  test("a plugin that itself imports a package that needs a container gives that import as the reason, not a module's", () => {
    const found = reason(
      own('golang.org/x/oauth2', other, 'net/http'),
      own('example.com/plugin', main, 'golang.org/x/oauth2', 'os/exec'),
    );
    expect(found).toBe('uses os/exec: needs a container');
  });

  test('a plugin needs a container if an import is mapped to a package that needs one', () => {
    const mapped = {
      ...own('example.com/plugin', main, 'golang.org/x/net/dns'),
      ImportMap: { 'golang.org/x/net/dns': 'net' },
    };
    expect(reason(mapped)).toBe('uses net: needs a container');
  });
});

describe('a plugin can run in an isolate if', () => {
  test('a plugin can run in an isolate if none of its imports needs a container', () => {
    expect(reason(own('example.com/plugin', main, 'strings', 'net/url'))).toBe(undefined);
  });

  test('a plugin can run in an isolate if only the standard library uses packages that need a container', () => {
    expect(reason(own('example.com/plugin', main, 'strings'))).toBe(undefined);
  });

  test("a plugin can run in an isolate if one of its own packages only shares such a package's name", () => {
    const named = own('example.com/plugin/net', main, 'strings');
    expect(reason(named, own('example.com/plugin', main, 'example.com/plugin/net'))).toBe(undefined);
  });
});

test('packages are read from the output of `go list`', () => {
  const printed =
    '{\n\t"ImportPath": "a",\n\t"Standard": true\n}\n{\n\t"ImportPath": "b",\n\t"Module": {\n\t\t"Path": "m"\n\t}\n}\n';
  expect(parsePackages(printed)).toEqual([
    { ImportPath: 'a', Standard: true, Imports: [], ImportMap: {} },
    { ImportPath: 'b', Standard: false, Imports: [], ImportMap: {}, Module: { Path: 'm', Version: '', Main: false } },
  ]);
});

test('modules are listed once, with their replacements, without the plugin itself', () => {
  const host = { Path: 'host', Version: 'v0.0.0', Main: false, Replace: { Path: '../host' } };
  const replaced = { ...other, Path: 'a/old', Replace: { Path: 'b/new', Version: 'v2.0.0', Sum: 'h1:new' } };
  const listed = [
    own('golang.org/x/oauth2', { ...other, Sum: 'h1:sum' }),
    own('golang.org/x/oauth2/internal', { ...other, Sum: 'h1:sum' }),
    own('host/models', host),
    own('a/old/x', replaced),
    own('example.com/plugin', main),
  ];
  expect(listModules([...standard, ...listed], 'host')).toEqual([
    { path: 'b/new', version: 'v2.0.0', sum: 'h1:new' },
    { path: 'golang.org/x/oauth2', version: 'v0.30.0', sum: 'h1:sum' },
    { path: 'host', version: 'v0.0.0', sum: null },
  ]);
});
