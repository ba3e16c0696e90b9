// Describes the surroundings of compose.yaml's services: a proxy that terminates TLS, and another machine, simulated by a container
// with its own network namespace and address. That machine reaches Slipway only through the public URL, and receives webhooks.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Local } from '../local/organization.ts';
import { runCommand } from '../testing/command.ts';
import type { Stack } from './stack.ts';

const [proxy, receiver] = ['slipway.example.com', 'receiver.example.com'];
export const publicUrl = `https://${proxy}`;
/** Docker's own address ranges, because the other machine's address isn't public. */
const networks = '172.16.0.0/12,192.168.0.0/16';

/** Writes a certificate, and a Compose file that adds the services to compose.yaml. Returns that file's path. */
export async function writeOutside(folder: string, version: string, port: number): Promise<string> {
  const tls = join(folder, 'tls');
  await mkdir(tls);
  const names = `subjectAltName=DNS:${proxy},DNS:${receiver}`;
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', join(tls, 'key.pem')];
  const made = ['-subj', '/CN=Slipway', '-days', '2', '-addext', names, '-out', join(tls, 'cert.pem')];
  const { exitCode, output } = await runCommand('openssl', ['req', '-x509', ...key, ...made]);
  if (exitCode !== 0) throw new Error(`openssl: ${output}`);
  await chmod(join(tls, 'key.pem'), 0o644); // the containers' user doesn't exist on this machine
  const certificate = { NODE_EXTRA_CA_CERTS: '/tls/cert.pem' };
  const machine = (alias: string, command: string[]) => ({
    image: `slipway:${version}`,
    working_dir: '/repository',
    command,
    // Makes the container exit immediately when asked to.
    init: true,
    environment: certificate,
    volumes: [`${process.cwd()}:/repository:ro`, `${tls}:/tls:ro`],
    networks: { default: { aliases: [alias] } },
  });
  const services = {
    builder: {
      environment: { ...certificate, BUILDER_EGRESS_NETWORKS: networks },
      volumes: [`${tls}:/tls:ro`],
    },
    proxy: machine(proxy, ['scripts/compose/tls-proxy.ts', 'slipway', String(port), '/tls']),
    visitor: { ...machine(receiver, ['scripts/compose/visitor.ts', publicUrl, '/tls']), profiles: ['visit'] },
  };
  const path = join(folder, 'outside.yaml');
  await writeFile(path, stringify({ services }));
  return path;
}

/** Runs the visitor on the other machine: it publishes and calls a plugin, signs in and receives a webhook. */
export async function visit(stack: Stack, { api_key, namespace_id }: Local): Promise<string> {
  const access = `ACCESS=${JSON.stringify({ api_key, namespace_id })}`;
  const output = await stack.compose('run', '--rm', '-T', '--use-aliases', '-e', access, 'visitor');
  const lines = output.split('\n').filter((line) => /^(?:nothing|published|called|console|webhook)/.test(line));
  return lines.join('; ');
}
