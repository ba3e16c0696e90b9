// Formats what a Go plugin's program can reach, as table rows and as diff lines.
import type { components } from '../../client/api.gen.d.ts';
import { formatCapability, formatCapabilityChange } from '../../client/capability-text.ts';

type Capability = components['schemas']['GoCapability'];
type Change = NonNullable<components['schemas']['PluginDiff']['capabilities']>[number];

/** Returns table rows: each capability with its path. */
export function capabilityRows(capabilities: readonly Capability[] | null): string[][] {
  if (!capabilities) return [['reaches', 'not analyzed']];
  if (capabilities.length === 0) return [['reaches', 'nothing beyond its own memory']];
  return capabilities.map((capability, i) => [i === 0 ? 'reaches' : '', formatCapability(capability)]);
}

/**
 * Returns warning rows for a plugin that uses the network but asks for no hosts, so its connections would fail. Go's HTTP clients
 * bypass every proxy for localhost, so such hosts need a forward.
 */
export function networkRows({ capabilities, kind, name, plugin_definition }: NetworkUse): string[][] {
  const reached = capabilities?.find((capability) => capability.name === 'NETWORK');
  const { forward = {}, network = [] } = plugin_definition?.permissions ?? {};
  const hosts = network.length + Object.keys(forward).length;
  if (reached && hosts === 0)
    return [
      ['network', 'uses the network; without a grant it reaches nothing'],
      [
        '',
        `ask for hosts with \`permissions: {network: [HOST]}\` in plugin.yaml, then \`slipway grants give ${name} --kind ${kind}\``,
      ],
    ];
  const local = network.filter((host) => /^(?:localhost|(?:.*\.)?localhost|127(?:\.\d+){3})(?::\d+)?$/.test(host));
  return local.map((host) => [
    'network',
    `Go's clients don't use a proxy for ${host}: ask for it with \`forward\` instead`,
  ]);
}

interface NetworkUse {
  capabilities: readonly Capability[] | null;
  kind: string;
  name: string;
  plugin_definition?: { permissions?: { network?: string[]; forward?: Record<string, string> } } | null;
}

/** Returns lines such as "1.3.0 newly reaches NETWORK through github.com/x/y.Client.Do". */
export function formatCapabilityChanges(version: string, changes: readonly Change[]): string {
  return changes.map((change) => `${version} ${formatCapabilityChange(change)}\n`).join('');
}
