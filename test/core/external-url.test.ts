import { expect, test } from 'vitest';
import { loopbackPorts, parseExternalUrl } from '../../src/core/external-url.ts';

const ownPorts = new Set(['8080', '8790']);
const outcome = (text: string, allowLoopback = false) => {
  const result = parseExternalUrl(text, { allowLoopback, ownPorts });
  return 'url' in result ? result.url.href : result.refused;
};

test.each([
  ['https://hooks.example.com', 'https://hooks.example.com/'],
  ['https://hooks.example.com:443/in?key=a', 'https://hooks.example.com/in?key=a'],
  ['https://HOOKS.Example.com/in', 'https://hooks.example.com/in'],
  ['https://münchen.example/', 'https://xn--mnchen-3ya.example/'],
  ['https://hooks.xn--p1ai/', 'https://hooks.xn--p1ai/'],
])('%s is allowed', (text, href) => {
  expect(outcome(text)).toBe(href);
});

test.each([
  ['', 'it is not a URL'],
  ['hooks.example.com', 'it is not a URL'],
  ['http://hooks.example.com/', 'it does not use https'],
  ['ftp://hooks.example.com/', 'it does not use https'],
  ['file:///etc/passwd', 'it does not use https'],
  [
    'http://localhost:9000/',
    'it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`',
  ],
  ['javascript:alert(1)', 'it does not use https'],
  ['https://hooks.example.com:8443/', 'it uses a port other than 443'],
  ['https://user@hooks.example.com/', 'it contains credentials'],
  ['https://user:password@hooks.example.com/', 'it contains credentials'],
  ['https://:password@hooks.example.com/', 'it contains credentials'],
  ['https://127.0.0.1/', '127.0.0.1 is not a public host name'],
  ['https://8.8.8.8/', '8.8.8.8 is not a public host name'],
  ['https://2130706433/', '127.0.0.1 is not a public host name'],
  ['https://0x7f.1/', '127.0.0.1 is not a public host name'],
  ['https://0177.0.0.1/', '127.0.0.1 is not a public host name'],
  ['https://127。0。0。1/', '127.0.0.1 is not a public host name'],
  ['https://[::1]/', '[::1] is not a public host name'],
  ['https://[::ffff:169.254.169.254]/', '[::ffff:a9fe:a9fe] is not a public host name'],
  ['https://169.254.169.254/latest/meta-data', '169.254.169.254 is not a public host name'],
  ['https://localhost/', 'localhost is not a public host name'],
  ['https://localhost./', 'localhost. is not a public host name'],
  ['https://hooks.example.com./', 'hooks.example.com. is not a public host name'],
  ['https://hooks.localhost/', 'hooks.localhost is not a public host name'],
  ['https://intranet/', 'intranet is not a public host name'],
  ['https://printer.local/', 'printer.local is not a public host name'],
  ['https://metadata.google.internal/', 'metadata.google.internal is not a public host name'],
  ['https://router.home.arpa/', 'router.home.arpa is not a public host name'],
  [`https://hooks.example.com/${'a'.repeat(2048)}`, 'it is longer than 2048 characters'],
])('%s is rejected', (text, refused) => {
  expect(outcome(text)).toBe(refused);
});

test.each([
  ...['kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'vault.service.consul', 'host.docker.internal'],
  ...['metadata.google.internal', 'instance-data.ec2.internal', 'metadata.azure.internal', 'metadata.goog'],
  ...['metadata.tencentyun.com', 'metadata.platformequinix.com', 'metadata.packet.net', 'host.openstacklocal'],
  ...['127.0.0.1.nip.io', '10-0-0-1.sslip.io', '10.0.0.1.xip.io', 'localtest.me', 'a.lvh.me', 'LVH.me'],
  ...['router.lan', 'nas.home', 'nas.home.arpa', 'fritz.box.fritz', 'wiki.corp', 'wiki.intranet', 'wiki.intra'],
  ...['db.private', 'db.localdomain', 'db.nomad', 'api.mesh', 'kubernetes', 'metadata', 'api.svc.', 'a.alt'],
])('the private name %s is rejected', (name) => {
  expect(outcome(`https://${name}/`)).toBe(`${name.toLowerCase()} is not a public host name`);
});

test.each(['svc.example.com', 'consul.io', 'notnip.io', 'goog.example', 'metadata.example.com', 'internal.dev'])(
  'the public name %s is allowed',
  (name) => {
    expect(outcome(`https://${name}/`)).toBe(`https://${name}/`);
  },
);

test.each([
  ['http://127.0.0.1:9000/in', 'http://127.0.0.1:9000/in'],
  ['http://localhost:9000/in', 'http://localhost:9000/in'],
  ['https://hooks.example.com/', 'https://hooks.example.com/'],
])('%s is allowed in a local run', (text, href) => {
  expect(outcome(text, true)).toBe(href);
});

test.each([
  ['http://127.0.0.1/', 'it does not use https'],
  ['http://127.0.0.2:9000/', 'it does not use https'],
  ['http://[::1]:9000/', 'it does not use https'],
  ['http://0.0.0.0:9000/', 'it does not use https'],
  ['http://localhost.:9000/', 'it does not use https'],
  ['http://10.0.0.1:9000/', 'it does not use https'],
  ['https://127.0.0.1:9000/', 'it uses a port other than 443'],
  ['https://localhost/', 'localhost is not a public host name'],
  ['http://user@127.0.0.1:9000/', 'it contains credentials'],
  ['http://127.0.0.1:8790/instances', 'it points to Slipway itself'],
  ['http://localhost:8080/api/plugins', 'it points to Slipway itself'],
])('%s is also rejected in a local run', (text, refused) => {
  expect(outcome(text, true)).toBe(refused);
});

test("Slipway's own ports come from its addresses on this machine", () => {
  const urls = [
    'http://127.0.0.1:8080/_s3',
    'http://localhost:8790',
    'https://builder.example.com:9000',
    'https://a.b/',
  ];
  expect([...loopbackPorts(urls)]).toEqual(['8080', '8790']);
});
