/** DeviceProcessEvents: a row for each process that starts. */
import { isWindows } from '../firm.ts'
import { initiating, type Process } from '../machine.ts'
import { json, type World } from '../world.ts'

const TABLE = 'DeviceProcessEvents'

export function processCreated(world: World, process: Process): void {
  const { device, program, account, parent } = process
  world.deviceRow(TABLE, device, process.created, {
    ...(parent ? initiating(parent, TABLE) : KERNEL),
    ActionType: 'ProcessCreated',
    FileName: program.fileName,
    FolderPath: program.folderPath,
    SHA1: program.sha1,
    SHA256: program.sha256,
    MD5: program.md5,
    FileSize: program.size,
    ...versionInfo(process),
    ProcessId: process.id,
    ProcessCommandLine: process.commandLine,
    ...(process.integrity && { ProcessIntegrityLevel: process.integrity }),
    ProcessTokenElevation: process.elevation,
    ProcessCreationTime: process.createdText,
    AccountDomain: account.domain,
    AccountName: account.name,
    AccountSid: account.sid,
    ...(account.upn && { AccountUpn: account.upn, AccountObjectId: account.objectId }),
    LogonId: process.logonId,
    CreatedProcessSessionId: process.session,
    IsProcessRemoteSession: false,
    ProcessUniqueId: process.uniqueId,
    AdditionalFields: isWindows(device) ? '[]' : json({ InitiatingProcessPosixEffectiveUser: account.name }),
  })
}

/** The first processes have no parent with a file. */
const KERNEL = { InitiatingProcessId: 0 }

const versionInfo = ({ program }: Process): Record<string, string> =>
  program.company === ''
    ? {}
    : {
        ProcessVersionInfoCompanyName: program.company,
        ProcessVersionInfoProductName: program.product,
        ProcessVersionInfoProductVersion: program.version,
        ProcessVersionInfoInternalFileName: program.internalName,
        ProcessVersionInfoOriginalFileName: program.originalName,
        ProcessVersionInfoFileDescription: program.description,
      }
