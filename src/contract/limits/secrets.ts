// Defines the limits of a secret's value, and of private Go modules.

export const secretLimits = {
  /** Large enough for a certificate chain or a service account. */
  valueBytesMax: 32 * 1024,
  /** Shorter values occur in ordinary text, so masking them would make logs unreadable. */
  valueCharsMin: 4,
} as const;

export const privateModuleLimits = {
  /** Private modules per Go plugin, fetched one after the other. */
  goModulesMax: 20,
  /** Packed size of one module's repository. */
  goModuleBytesMax: 2 * 1024 * 1024,
  /** Unpacked size of all modules, which are in memory together with the plugin's files. */
  goModulesBytesMax: 16 * 1024 * 1024,
  /** Unpacked size of a plugin that requires private modules. */
  goPluginBytesMax: 32 * 1024 * 1024,
} as const;
