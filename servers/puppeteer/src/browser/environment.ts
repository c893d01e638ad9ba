/**
 * What a browser needs of its surroundings: where home and scratch space are, the language, the
 * screen, fonts and libraries. Everything else stays here: tokens of other programs, proxies that
 * would lead around ours, keys, and files to log to.
 */
const needed: ReadonlySet<string> = new Set([
  ...["HOME", "PATH", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP"],
  ...["LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH"],
  ...[
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "CHROME_DEVEL_SANDBOX",
  ],
  ...["XDG_CACHE_HOME", "XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "XDG_DATA_DIRS", "XDG_DATA_HOME"],
  ...["XDG_RUNTIME_DIR", "XDG_SESSION_TYPE"],
  ...["ALLUSERSPROFILE", "APPDATA", "COMSPEC", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA"],
  ...["PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "SYSTEMDRIVE"],
  ...["SYSTEMROOT", "USERNAME", "USERPROFILE", "WINDIR"],
]);

/** Whether the browser inherits a variable of this name. */
export function isInherited(name: string): boolean {
  const plain = name.toUpperCase();
  return needed.has(plain) || plain.startsWith("LC_");
}
