/** What tables and columns are, in a line each. Columns are put together from what their names are made of. */

const TABLES: Readonly<Record<string, string>> = {
  AlertEvidence: 'What alerts are about: files, addresses, users, devices.',
  AlertInfo: 'Alerts with their severity, category and techniques.',
  CloudAppEvents: 'What accounts do in Microsoft 365 and other cloud apps.',
  DeviceEvents: 'Other security events of devices: pipes, DNS, scripts, protections.',
  DeviceFileCertificateInfo: 'Signatures of the files that are seen on devices.',
  DeviceFileEvents: 'Files that are made, changed, renamed and deleted.',
  DeviceImageLoadEvents: 'Libraries that processes load.',
  DeviceInfo: 'Devices: system, users, groups, health.',
  DeviceLogonEvents: 'Logons to devices.',
  DeviceNetworkEvents: 'Connections that devices make and take.',
  DeviceNetworkInfo: 'Network adapters and addresses of devices.',
  DeviceProcessEvents: 'Processes that start, and those that start them.',
  DeviceRegistryEvents: 'Registry keys and values that are made, set and deleted.',
  EmailAttachmentInfo: 'Attachments of mail.',
  EmailEvents: 'Mail: sender, recipient, verdict, delivery.',
  EmailPostDeliveryEvents: 'What happened to mail after its delivery.',
  EmailUrlInfo: 'Links in mail.',
  IdentityDirectoryEvents: 'Changes in Active Directory.',
  IdentityInfo: 'Accounts of the directory.',
  IdentityLogonEvents: 'Authentications against the directory and cloud.',
  IdentityQueryEvents: 'Queries of the directory, DNS and SAM.',
  UrlClickEvents: 'Clicks on links that were checked.',
}

const WHOLE: Readonly<Record<string, string>> = {
  Timestamp: 'When it was recorded, in UTC.',
  DeviceId: 'The device, by its id.',
  DeviceName: 'The device, by its full name.',
  ActionType: 'What kind of event this is.',
  ReportId: 'Counter of the device; with its name and the time it tells one event from the others.',
  AdditionalFields: 'More of the event, as JSON.',
  RemoteIP: 'The address at the other end.',
  RemotePort: 'The port at the other end.',
  RemoteUrl: 'The name or URL at the other end.',
  LocalIP: 'The address at this end.',
  LocalPort: 'The port at this end.',
  FileName: 'Name of the file that it was done to.',
  FolderPath: 'Path of that file.',
  PreviousRegistryValueData: 'What the registry value held before.',
}

const OWNERS: readonly [string, string][] = [
  ['InitiatingProcessParent', 'of the parent of the process that did it'],
  ['InitiatingProcess', 'of the process that did it'],
  ['ProcessVersionInfo', 'from the version information of the process'],
  ['Process', 'of the process'],
  ['Sender', 'of the sender'],
  ['Recipient', 'of the recipient'],
  ['Account', 'of the account'],
  ['Registry', 'of the registry'],
  ['File', 'of the file'],
]
const PARTS: readonly [RegExp, string][] = [
  [/SHA256$/, 'SHA-256 hash'],
  [/SHA1$/, 'SHA-1 hash'],
  [/MD5$/, 'MD5 hash'],
  [/CommandLine$/, 'Command line'],
  [/CreationTime$/, 'Time of creation'],
  [/IntegrityLevel$/, 'Integrity level'],
  [/TokenElevation$/, 'Kind of token'],
  [/FolderPath$/, 'Path'],
  [/FileName$/, 'File name'],
  [/FileSize$|Size$/, 'Size in bytes'],
  [/AccountName$/, 'Account name'],
  [/AccountDomain$|Domain$/, 'Domain'],
  [/AccountSid$|Sid$/, 'Security identifier'],
  [/AccountUpn$|Upn$/, 'User principal name'],
  [/ObjectId$/, 'Object id in Entra ID'],
  [/LogonId$/, 'Id of the logon session'],
  [/Id$/, 'Id'],
  [/Name$/, 'Name'],
  [/Address$/, 'Address'],
  [/Count$/, 'Number'],
  [/Type$/, 'Kind'],
  [/Time$/, 'Time'],
]

export const describeTable = (name: string): string => TABLES[name] ?? ''

export function describeColumn(name: string): string {
  const whole = WHOLE[name]
  if (whole) return whole
  const part = PARTS.find(([is]) => is.test(name))?.[1]
  const owner = OWNERS.find(([prefix]) => name.startsWith(prefix))?.[1]
  if (part && owner) return `${part} ${owner}.`
  return part ? `${part}: ${words(name)}.` : `${words(name)}.`
}

/** `IsAzureADJoined` → `Is Azure AD joined`. */
function words(name: string): string {
  const split = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
  return split
    .split(' ')
    .map((w, i) => (i === 0 || /^[A-Z\d]+$/.test(w) ? w : w.toLowerCase()))
    .join(' ')
}
