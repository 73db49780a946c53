/** DeviceRegistryEvents: values set and keys made by Windows and its programs. */
import { initiating, type Process } from '../machine.ts'
import { weighted } from '../random.ts'
import type { World } from '../world.ts'

const TABLE = 'DeviceRegistryEvents'

interface Change {
  readonly key: string
  readonly name: string
  readonly type: 'String' | 'Dword' | 'Binary' | 'ExpandString' | 'QWord'
  readonly data: (world: World) => string
  readonly old?: (world: World) => string
}

const number = ({ random }: World): string => String(random.int(0, 100_000))
const change = (
  key: string,
  name: string,
  type: Change['type'],
  data: Change['data'],
  old?: Change['data'],
): Change => ({
  key,
  name,
  type,
  data,
  ...(old && { old }),
})

const MACHINE = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\'
const CONTROL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\'

/** `{sid}` is the account's, `{guid}` is drawn. */
const SYSTEM_CHANGES = weighted<Change>([
  [
    change(
      `${MACHINE}Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tasks\\{guid}`,
      'DynamicInfo',
      'Binary',
      () => '',
    ),
    18,
  ],
  [
    change(
      `${CONTROL}Services\\bam\\State\\UserSettings\\S-1-5-18`,
      '\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe',
      'Binary',
      () => '',
    ),
    10,
  ],
  [
    change(
      `${CONTROL}Services\\BITS`,
      'Start',
      'Dword',
      () => '3',
      () => '2',
    ),
    5,
  ],
  [
    change(
      `${CONTROL}Services\\WinDefend`,
      'ImagePath',
      'ExpandString',
      () => '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.26090.9-0\\MsMpEng.exe"',
    ),
    2,
  ],
  [
    change(
      `${CONTROL}Services\\Tcpip\\Parameters\\Interfaces\\{guid}`,
      'DhcpNameServer',
      'String',
      (w) => w.firm.domainController.ip,
    ),
    4,
  ],
  [
    change(
      `${MACHINE}Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update`,
      'LastWakeTime',
      'QWord',
      number,
      number,
    ),
    6,
  ],
  [
    change(
      `${MACHINE}Microsoft\\Windows Defender\\Signature Updates`,
      'AVSignatureVersion',
      'String',
      (w) => `1.439.${w.random.int(1, 999)}.0`,
    ),
    6,
  ],
  [
    change(
      `${MACHINE}Microsoft\\Windows\\CurrentVersion\\Uninstall\\{guid}`,
      'DisplayVersion',
      'String',
      (w) => `${w.random.int(1, 20)}.${w.random.int(0, 9)}`,
    ),
    2,
  ],
  [
    change(`${MACHINE}Policies\\Microsoft\\Windows Defender\\Exclusions\\Paths`, 'D:\\Backup', 'String', () => '0'),
    0.3,
  ],
  [
    change(
      `${MACHINE}Microsoft\\Windows\\CurrentVersion\\Run`,
      'SecurityHealth',
      'ExpandString',
      () => '%windir%\\system32\\SecurityHealthSystray.exe',
    ),
    0.8,
  ],
])

const USER = 'HKEY_CURRENT_USER\\{sid}\\SOFTWARE\\'
const USER_CHANGES = weighted<Change>([
  [change(`${USER}Microsoft\\Windows\\CurrentVersion\\Explorer\\RecentDocs`, 'MRUListEx', 'Binary', () => ''), 12],
  [
    change(
      `${USER}Microsoft\\Office\\16.0\\Common\\Identity`,
      'SignedInUser',
      'String',
      (w) => w.random.pick(w.firm.people).upn,
    ),
    3,
  ],
  [
    change(
      `${USER}Microsoft\\Office\\16.0\\Word\\Reading Locations\\Document {n}`,
      'Position',
      'String',
      number,
      number,
    ),
    8,
  ],
  [
    change(
      `${USER}Microsoft\\Edge\\BLBeacon`,
      'state',
      'Dword',
      () => '1',
      () => '2',
    ),
    8,
  ],
  [change(`${USER}Microsoft\\OneDrive\\Accounts\\Business1`, 'LastSignInTime', 'QWord', number, number), 6],
  [
    change(
      `${USER}Microsoft\\Windows\\CurrentVersion\\Run`,
      'OneDrive',
      'String',
      () => '"C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe" /background',
    ),
    1,
  ],
  [
    change(
      `${USER}Microsoft\\Windows\\CurrentVersion\\Run`,
      'Teams',
      'String',
      () =>
        '"C:\\Program Files\\WindowsApps\\MSTeams_25290.302_x64__8wekyb3d8bbwe\\ms-teams.exe" ms-teams:system-initiated',
    ),
    1,
  ],
])

const KINDS = weighted([
  ['RegistryValueSet', 78],
  ['RegistryKeyCreated', 14],
  ['RegistryValueDeleted', 5],
  ['RegistryKeyDeleted', 3],
] as const)

export function registryEvent(world: World, at: number, process: Process): void {
  const { random } = world
  const { account } = process
  const drawn = (account.sid.startsWith('S-1-5-21') ? USER_CHANGES : SYSTEM_CHANGES).draw(random)
  const key = drawn.key
    .replace('{sid}', account.sid)
    .replace('{guid}', `{${random.guid().toUpperCase()}}`)
    .replace('{n}', String(random.int(0, 49)))
  const kind = KINDS.draw(random)
  // What is gone is told by the Previous columns alone.
  if (kind === 'RegistryValueSet') {
    registryValueSet(world, at, process, key, drawn.name, drawn.type, drawn.data(world), drawn.old?.(world))
  } else {
    world.deviceRow(TABLE, process.device, at, {
      ...initiating(process, TABLE),
      ActionType: kind,
      ...(kind === 'RegistryKeyCreated' ? { RegistryKey: key } : { PreviousRegistryKey: key }),
      ...(kind === 'RegistryValueDeleted' && {
        PreviousRegistryValueName: drawn.name,
        PreviousRegistryValueData: drawn.data(world),
      }),
    })
  }
}

export function registryValueSet(
  world: World,
  at: number,
  process: Process,
  key: string,
  name: string,
  type: string,
  data: string,
  old?: string,
): void {
  world.deviceRow(TABLE, process.device, at, {
    ...initiating(process, TABLE),
    ActionType: 'RegistryValueSet',
    RegistryKey: key,
    RegistryValueType: type,
    RegistryValueName: name,
    RegistryValueData: data,
    PreviousRegistryKey: key,
    ...(old !== undefined && { PreviousRegistryValueName: name, PreviousRegistryValueData: old }),
  })
}
