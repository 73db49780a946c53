/** Values as Windows events write them, to the way Defender's columns hold them. */
export type Row = Record<string, unknown>

/** Puts a value behind those that a key has already. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** A path to its two columns; the folder path of Defender includes the file's name. */
export function pathColumns(path: string): Row {
  const plain = devicePath(path)
  if (plain === '') return {}
  const name = fileName(plain)
  return { FileName: name, FolderPath: name === plain ? null : plain }
}

export const fileName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1)

export const devicePath = (path: string): string => path.replace(/^\\device\\harddiskvolume\d+/i, 'C:')

/** `SHA1=…,MD5=…` in any order; a hash of zeros is none. */
export function hashes(text: string): Readonly<Record<'MD5' | 'SHA1' | 'SHA256' | 'IMPHASH', string | null>> {
  const found = { MD5: null, SHA1: null, SHA256: null, IMPHASH: null } as Record<string, string | null>
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim().toUpperCase()
    const value = part
      .slice(at + 1)
      .trim()
      .toLowerCase()
    if (name in found && !/^0*$/.test(value)) found[name] = value
  }
  return found as ReturnType<typeof hashes>
}

export function hashColumns(text: string): Row {
  const { MD5, SHA1, SHA256 } = hashes(text)
  return { MD5, SHA1, SHA256 }
}

export interface Account {
  readonly domain: string
  readonly name: string
}

/** `DOMAIN\user`, in the case in which it is written. */
export function account(user: string): Account {
  const at = user.indexOf('\\')
  return at < 0 ? { domain: '', name: user } : { domain: user.slice(0, at), name: user.slice(at + 1) }
}

/** Decimal or `0x…` to a number; null when it is neither, or too large to be exact. */
export function number(text: string): number | null {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(text.trim())) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

export const port = (text: string): number | null => {
  const value = number(text)
  return value !== null && value <= 65_535 ? value : null
}

/** `UtcTime` of Sysmon as ISO text. */
export const isoTime = (text: string): string | null =>
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.test(text) ? `${text.replace(' ', 'T').replace(/Z$/, '')}Z` : null

/** Object to JSON text, without members that say nothing; null when nothing is left. */
export function fieldsText(members: Row): string | null {
  const said = Object.entries(members).filter(([, v]) => v !== '' && v !== null && v !== undefined)
  return said.length === 0 ? null : JSON.stringify(Object.fromEntries(said))
}

/** Without a zone, and an IPv4 address that is written as IPv6 as what it is. */
export function address(text: string): string {
  const plain = text.replace(/%.*$/, '').toLowerCase()
  if (plain === '0:0:0:0:0:0:0:1') return '::1'
  return plain.replace(/^::ffff:(?=\d+\.)/, '')
}

const V4_TYPES: readonly (readonly [string, RegExp])[] = [
  ['Loopback', /^127\./],
  ['Broadcast', /^255\.255\.255\.255$/],
  ['Private', /^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|169\.254\.)/],
  [
    'Reserved',
    /^(?:0\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.0\.[02]\.|198\.1[89]\.|198\.51\.100\.|203\.0\.113\.|22[4-9]\.|2[3-5]\d\.)/,
  ],
]
const V6_TYPES: readonly (readonly [string, RegExp])[] = [
  ['Loopback', /^::1$/],
  ['Teredo', /^2001:(?:0{0,4}:|:)/],
  ['Private', /^(?:f[cd]..:|fe[89ab].:)/],
  ['Reserved', /^(?:ff..:|2001:0?db8:|::$)/],
]

export function addressType(plain: string): string | null {
  if (plain === '') return null
  const types = plain.includes(':') ? V6_TYPES : V4_TYPES
  return types.find(([, test]) => test.test(plain))?.[0] ?? 'Public'
}

const HIVES: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKU: 'HKEY_USERS',
  HKCR: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes',
  HKCU: 'HKEY_CURRENT_USER',
}
export const registryKey = (path: string): string =>
  path.replace(/^(HKLM|HKU|HKCR|HKCU)(?=\\|$)/i, (hive) => HIVES[hive.toUpperCase()]!)

/** A value's path to its key and its name. */
export function registryValue(path: string): { readonly key: string; readonly name: string } {
  const whole = registryKey(path)
  const at = whole.lastIndexOf('\\')
  const name = whole.slice(at + 1)
  return { key: at < 0 ? whole : whole.slice(0, at), name: name === '(Default)' ? '' : name }
}

/** Sysmon's `Details` to the type and the data of a registry value. */
export function registryData(details: string): Row {
  const [, dword] = /^DWORD \((0x[0-9a-f]+)\)$/i.exec(details) ?? []
  if (dword) return { RegistryValueType: 'Dword', RegistryValueData: String(BigInt(dword)) }
  const [, high, low] = /^QWORD \((0x[0-9a-f]+)-(0x[0-9a-f]+)\)$/i.exec(details) ?? []
  if (high && low) {
    return { RegistryValueType: 'QWord', RegistryValueData: String((BigInt(high) << 32n) + BigInt(low)) }
  }
  if (details === 'Binary Data') return { RegistryValueType: 'Binary', RegistryValueData: null }
  if (details === '(Empty)') return { RegistryValueType: 'String', RegistryValueData: '' }
  return { RegistryValueType: /%[^%]+%/.test(details) ? 'ExpandString' : 'String', RegistryValueData: details }
}

const LEVELS: Readonly<Record<string, string>> = { '4096': 'Low', '8192': 'Medium', '12288': 'High', '16384': 'System' }
export const integrity = (text: string): string | null => {
  const level = /(?:^|S-1-16-)(\d+)$/.exec(text)?.[1]
  return (level ? LEVELS[level] : text) || null
}

const ELEVATION: Readonly<Record<string, string>> = {
  '%%1936': 'TokenElevationTypeDefault',
  '%%1937': 'TokenElevationTypeFull',
  '%%1938': 'TokenElevationTypeLimited',
}
export const elevation = (text: string): string | null => ELEVATION[text] ?? null
