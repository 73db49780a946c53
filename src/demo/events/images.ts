/** DeviceImageLoadEvents: libraries that programs load. */
import { initiating, type Process } from '../machine.ts'
import { type FileFacts, fileFacts } from '../software.ts'
import type { World } from '../world.ts'

const TABLE = 'DeviceImageLoadEvents'

const library = (path: string): FileFacts => fileFacts(path, `${path} 26100.4652`)
const windows = (names: string): FileFacts[] =>
  names.split(' ').map((name) => library(`C:\\Windows\\System32\\${name}.dll`))

const ANY = windows(
  'amsi wldp cryptsp rsaenh bcryptprimitives winhttp wininet urlmon iertutil dnsapi netapi32 samcli samlib vaultcli dbghelp taskschd wbemcomn fastprox propsys version userenv profapi msctf uxtheme',
)
const OFFICE = [
  ...windows('mscoree urlmon wininet'),
  library('C:\\Program Files\\Common Files\\Microsoft Shared\\VBA\\VBA7.1\\VBE7.DLL'),
  library('C:\\Program Files\\Microsoft Office\\root\\Office16\\mso30win32client.dll'),
]
const DOTNET = [
  library('C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll'),
  library(
    'C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System.Management.Automation\\System.Management.Automation.ni.dll',
  ),
]

const BY_PROGRAM: Readonly<Record<string, readonly FileFacts[]>> = {
  'WINWORD.EXE': OFFICE,
  'EXCEL.EXE': OFFICE,
  'OUTLOOK.EXE': OFFICE,
  'powershell.exe': DOTNET,
}

export function imageLoadEvent(world: World, at: number, process: Process): void {
  const own = BY_PROGRAM[process.program.fileName]
  imageLoaded(world, at, process, world.random.pick(own && world.random.chance(0.6) ? own : ANY))
}

export function imageLoaded(world: World, at: number, process: Process, file: FileFacts): void {
  world.deviceRow(TABLE, process.device, at, {
    ...initiating(process, TABLE),
    ActionType: 'ImageLoaded',
    FileName: file.fileName,
    FolderPath: file.folderPath,
    SHA1: file.sha1,
    SHA256: file.sha256,
    MD5: file.md5,
    FileSize: file.size,
  })
}

/** Word and Excel load this when a document runs a macro. */
export const MACRO_ENGINE = OFFICE.find((f) => f.fileName === 'VBE7.DLL')!
