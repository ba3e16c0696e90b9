// Reads and validates the builder's environment variables.
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type SandboxKind, sandboxKinds } from '../../../src/contract/builder/instances.ts';
import type { Gpus } from '../../../src/contract/builder/machine/gpus.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { parseJson } from '../../../src/core/json/parse.ts';

export type Limits = { [K in keyof typeof builderLimits]: number };

const overrides = z.partialRecord(z.enum(Object.keys(builderLimits)), z.number().positive());

/** Values of BUILDER_TORCH_BACKEND. */
export const torchBackends = /^(?:cpu|none|cu\d{2,3})$/;

const environment = z.object({
  BUILDER_TOKEN: z.string().min(1),
  BUILDER_PORT: z.coerce.number().int().min(0).max(65_535).default(8790),
  BUILDER_HOST: z.string().default('127.0.0.1'),
  BUILDER_STATE: z.string().min(1).default('.slipway/builder'),
  /** Use only this sandbox instead of the strongest one that works here. `none` is used only if it is set explicitly. */
  BUILDER_SANDBOX: z.enum(sandboxKinds).optional(),
  /** Set if the machine is a virtual one for a single instance, which allows the sandbox `vm`. */
  BUILDER_SINGLE: z.enum(['0', '1']).default('0'),
  /** ID of the only organization that this builder works for. Default: any organization. */
  BUILDER_ORGANIZATION: z.string().min(1).max(64).optional(),
  /** JSON object that overrides some of `builderLimits`, for tests and small machines. */
  BUILDER_LIMITS: z.string().default('{}'),
  PYTHON: z.string().optional(),
  /** Allow Git over plain HTTP on this machine, for local runs and tests. */
  SLIPWAY_ALLOW_LOOPBACK: z.enum(['0', '1']).default('0'),
  /** The exact URL of one local repository that may be fetched without the variable above; used for the demo. */
  BUILDER_EXAMPLE_REPOSITORY: z.url().optional(),
  /** Comma-separated non-public networks, such as `10.1.0.0/16`, that webhooks, artifacts and plugins may reach. */
  BUILDER_EGRESS_NETWORKS: z.string().default(''),
  /** Comma-separated name servers, as `ADDRESS` or `ADDRESS:PORT`, for webhooks, artifacts and plugins. Default: the system's. */
  BUILDER_NAME_SERVERS: z.string().default(''),
  /** Slipway's other ports on this machine, comma-separated. Plugins can never reach them. */
  BUILDER_OWN_PORTS: z
    .string()
    .regex(/^(?:\d{1,5}(?:,\d{1,5})*)?$/)
    .default(''),
  /** The trusted compile cache, which several builders may share. Default: a folder in BUILDER_STATE. */
  BUILDER_GO_CACHE: z.string().min(1).optional(),
  /** The folder for uv, which is downloaded there on first use. Default: a folder in BUILDER_STATE. */
  BUILDER_TOOLS: z.string().min(1).optional(),
  /**
   * `stored`: the Worker stores packages and sends them to builders that lack them. `kept`: packages stay on this builder only, and are
   * reinstalled if they are lost (decision 43).
   */
  BUILDER_PACKAGES: z.enum(['stored', 'kept']).default('stored'),
  /** The GPUs to lend to plugins: `all`, or indexes or UUIDs, comma-separated. Default: none. */
  BUILDER_GPUS: z.string().default(''),
  /** Organizations that may hold GPUs at the same time: `all`, or IDs, comma-separated. Default: one at a time. */
  BUILDER_GPUS_TRUSTED_FOR: z.string().default(''),
  /** A Python module to use instead of the NVIDIA driver's library, for tests. */
  BUILDER_NVML: z.string().min(1).optional(),
  /** The preferred builds of torch. Read by environments/package-index.ts. */
  BUILDER_TORCH_BACKEND: z.union([z.literal(''), z.string().regex(torchBackends)]).optional(),
  /** The path of workerd, which runs plugins compiled to WebAssembly. Default: the installed package's. */
  BUILDER_WORKERD: z.string().min(1).optional(),
  /** A collector that accepts spans over OTLP/HTTP as JSON. If unset or empty, no spans are recorded. */
  OTLP_URL: z.literal('').or(z.url()).optional(),
});

export interface Settings {
  token: string;
  port: number;
  host: string;
  stateFolder: string;
  sandbox: SandboxKind | undefined;
  single: boolean;
  organization: string | undefined;
  python: string | undefined;
  limits: Limits;
  /** The limits that the operator set. */
  limitsSet: Partial<Limits>;
  allowLoopback: boolean;
  exampleRepository: string | undefined;
  networks: BlockList;
  /** Undefined to use the system's name servers. */
  nameServers: string[] | undefined;
  ownPorts: string[];
  goCache: string | undefined;
  tools: string | undefined;
  keepsPackages: boolean;
  /** Indexes or UUIDs of the GPUs to lend; `all` for all. Undefined to lend none. */
  gpus: 'all' | string[] | undefined;
  gpusTrustedFor: Gpus['trusted_for'];
  nvml: string | undefined;
  workerd: string | undefined;
  otlpUrl: string | undefined;
}

/** Returns the settings, or one line that names the invalid variable. The line never contains a value, which may be secret. */
export function readSettings(env: Record<string, string | undefined>): Settings | string {
  const parsed = environment.safeParse(env);
  if (!parsed.success) return `${parsed.error.issues[0]?.path.join('.')} is missing or invalid.`;
  const { data } = parsed;
  const changed = overrides.safeParse(parseJson(data.BUILDER_LIMITS));
  if (!changed.success) return 'BUILDER_LIMITS must be a JSON object that maps limit names to positive numbers.';
  const networks = networksOf(data.BUILDER_EGRESS_NETWORKS);
  if (!networks) return 'BUILDER_EGRESS_NETWORKS must be networks such as 10.1.0.0/16, separated by commas.';
  const nameServers = listed(data.BUILDER_NAME_SERVERS);
  if (!nameServers.every(isNameServer))
    return 'BUILDER_NAME_SERVERS must be addresses such as 10.0.0.53, separated by commas.';
  return {
    token: data.BUILDER_TOKEN,
    port: data.BUILDER_PORT,
    host: data.BUILDER_HOST,
    stateFolder: resolve(data.BUILDER_STATE),
    sandbox: data.BUILDER_SANDBOX,
    single: data.BUILDER_SINGLE === '1',
    organization: data.BUILDER_ORGANIZATION,
    python: data.PYTHON,
    limits: { ...builderLimits, ...changed.data },
    limitsSet: changed.data,
    allowLoopback: data.SLIPWAY_ALLOW_LOOPBACK === '1',
    exampleRepository: data.BUILDER_EXAMPLE_REPOSITORY,
    networks,
    nameServers: nameServers.length > 0 ? nameServers : undefined,
    ownPorts: listed(data.BUILDER_OWN_PORTS),
    goCache: data.BUILDER_GO_CACHE && resolve(data.BUILDER_GO_CACHE),
    tools: data.BUILDER_TOOLS && resolve(data.BUILDER_TOOLS),
    keepsPackages: data.BUILDER_PACKAGES === 'kept',
    gpus: allOr(listed(data.BUILDER_GPUS)) ?? undefined,
    gpusTrustedFor: allOr(listed(data.BUILDER_GPUS_TRUSTED_FOR)),
    nvml: data.BUILDER_NVML && resolve(data.BUILDER_NVML),
    workerd: data.BUILDER_WORKERD && resolve(data.BUILDER_WORKERD),
    otlpUrl: data.OTLP_URL || undefined,
  };
}

function listed(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function allOr(values: string[]): 'all' | string[] | null {
  if (values.length === 0) return null;
  return values.includes('all') ? 'all' : values;
}

function isNameServer(text: string): boolean {
  const [, address = text] = /^\[?([^\]]+)\]?:\d{1,5}$/.exec(text) ?? [];
  return isIP(address) !== 0 || isIP(text) !== 0;
}

/** Returns undefined if any entry isn't an address with a prefix length. */
export function networksOf(text: string): BlockList | undefined {
  const networks = new BlockList();
  for (const network of text.split(',').filter((part) => part !== '')) {
    const [, address = '', prefix] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(network.trim()) ?? [];
    const family = isIP(address);
    if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) return undefined;
    networks.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return networks;
}
