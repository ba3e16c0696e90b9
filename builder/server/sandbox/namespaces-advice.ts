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
  /** A sentence. */
  fix: string;
}

/** Returns why this machine refuses namespaces, and the option that allows them. */
export function namespacesAdvice(folder = '/'): NamespacesAdvice {
  if (['.dockerenv', 'run/.containerenv'].some((name) => existsSync(`${folder}${name}`))) {
    const isProfiled = /^\S+ \(enforce\)/.test(read(`${folder}proc/self/attr/current`));
    const options = ['seccomp', ...(isProfiled ? ['apparmor'] : [])].map((name) => `--security-opt ${name}=unconfined`);
    return {
      why: "the container's security profile refuses namespaces",
      fix: `Start the container with \`${options.join(' ')}\`.`,
    };
  }
  const refusing = settings.find(
    ({ name, refuses }) => read(`${folder}proc/sys/${name.replaceAll('.', '/')}`) === refuses,
  );
  if (refusing === undefined)
    return { why: 'the kernel refuses namespaces', fix: 'Allow user namespaces, or run Slipway as root.' };
  const { allows, name, why } = refusing;
  return { why, fix: `Run \`sudo sysctl -w ${name}=${allows}\` and restart Slipway.` };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
