// Says why this machine refuses namespaces, and the option that allows them. Only namespaces give plugins a network and a root of their
// own.
import { existsSync, readFileSync } from 'node:fs';

interface KernelSetting {
  name: string;
  /** The value that refuses namespaces to ordinary users. */
  refuses: string;
  allows: string;
  why: string;
}

const settings: KernelSetting[] = [
  {
    name: 'kernel.apparmor_restrict_unprivileged_userns',
    refuses: '1',
    allows: '0',
    why: 'AppArmor refuses namespaces to ordinary users, as on Ubuntu 24.04',
  },
  {
    name: 'kernel.unprivileged_userns_clone',
    refuses: '0',
    allows: '1',
    why: 'the kernel refuses namespaces to ordinary users',
  },
  { name: 'user.max_user_namespaces', refuses: '0', allows: '15000', why: 'the kernel allows no user namespaces' },
];

export interface NamespacesAdvice {
  /** A clause. */
  why: string;
  /** One or two sentences. */
  fix: string;
}

/** Returns why this machine refuses namespaces, and the options that allow them. */
export function namespacesAdvice(folder = '/'): NamespacesAdvice {
  const kernel = settings.find(
    ({ name, refuses }) => read(`${folder}proc/sys/${name.replaceAll('.', '/')}`) === refuses,
  );
  const command = kernel && `sudo sysctl -w ${kernel.name}=${kernel.allows}`;
  const isContainer = ['.dockerenv', 'run/.containerenv'].some((name) => existsSync(`${folder}${name}`));
  const options = isContainer ? profileOptions(folder) : [];
  if (options.length > 0) {
    // Without the container's profile, the kernel's setting still applies.
    const before = command ? `Run \`${command}\` on the container's host. ` : '';
    return {
      why: "the container's security profile refuses namespaces",
      fix: `${before}Start the container with \`${options.join(' ')}\`.`,
    };
  }
  const place = isContainer ? " on the container's host" : '';
  if (kernel) return { why: kernel.why, fix: `Run \`${command}\`${place} and restart Slipway.` };
  return { why: 'the kernel refuses namespaces', fix: 'Allow user namespaces, or run Slipway as root.' };
}

/** Returns the options that remove the profiles a container still has. */
function profileOptions(folder: string): string[] {
  const hasFilter = !/^Seccomp:\s*0$/m.test(read(`${folder}proc/self/status`));
  const isProfiled = /^\S+ \(enforce\)/.test(read(`${folder}proc/self/attr/current`));
  const profiles = [...(hasFilter ? ['seccomp'] : []), ...(isProfiled ? ['apparmor'] : [])];
  return profiles.map((name) => `--security-opt ${name}=unconfined`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
