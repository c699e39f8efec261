// What the server is told of one folder's settings. Knows nothing of the editor, so that every rule can be read off the arguments.

/** The settings of the section in one scope: what counts there, and whether anyone said so. */
export interface Configured {
  get(name: string): unknown;
  /** Whether the user, the workspace or the folder sets it. A default is not set. */
  isSet(name: string): boolean;
}

/** What variables in settings stand for. */
export interface Variables {
  /** The folder that the settings are for; none for what lies in no folder. */
  readonly workspaceFolder: string | undefined;
  readonly userHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The settings that are set, as an object: `index.enabled` stands in `index`. A default is left out, so that it never stands
 * above what a configuration file says.
 */
export function setValues(names: readonly string[], settings: Configured, variables: Variables): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of names.filter((one) => settings.isSet(one))) {
    const path = name.split(".");
    const last = path.pop() ?? name;
    let object = values;
    for (const part of path) {
      object = (object[part] ??= {}) as Record<string, unknown>;
    }
    object[last] = expand(settings.get(name), variables);
  }
  return values;
}

/** A value with the variables in all its texts replaced; one that is unknown stays as it is. Keys are not looked at. */
export function expand(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{(\w+)(?::([^}]*))?\}/g, (whole, name: string, argument?: string) => {
      const replaced = argument === undefined ? plain(name, variables) : name === "env" ? (variables.env[argument] ?? "") : undefined;
      return replaced ?? whole;
    });
  }
  if (Array.isArray(value)) {
    return value.map((one) => expand(one, variables));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expand(one, variables)]));
  }
  return value;
}

function plain(name: string, variables: Variables): string | undefined {
  return name === "workspaceFolder" ? variables.workspaceFolder : name === "userHome" ? variables.userHome : undefined;
}

/** `settings` with the environment of the selected interpreter where they name none themselves. */
export function withEnvironment(settings: Record<string, unknown>, environment: string | undefined): Record<string, unknown> {
  return environment === undefined || settings["environment"] ? settings : { ...settings, environment };
}

/** One item of what a server asks by `workspace/configuration`. */
export interface Item {
  readonly section?: string | undefined;
  readonly scopeUri?: string | undefined;
}

/**
 * The answers to what a server asks: for `section` what `settingsOf` says of the item's scope, which is none where the server
 * means what lies in no folder; for all else what the editor says.
 */
export function answers(
  items: readonly Item[],
  section: string,
  settingsOf: (scope: string | undefined) => unknown,
  others: readonly unknown[],
): unknown[] {
  return items.map((item, at) => (item.section === section ? settingsOf(item.scopeUri || undefined) : (others[at] ?? null)));
}
