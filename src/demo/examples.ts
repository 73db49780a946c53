/** Hunts to begin with: each finds something in the demo data, and in this order they tell its story. */

export interface ExampleHunt {
  readonly name: string
  /** One line. */
  readonly description: string
  readonly query: string
}

export const EXAMPLE_HUNTS: readonly ExampleHunt[] = [
  {
    name: 'Delivered mail whose link was clicked',
    description: 'Inbound mail that reached an inbox with an attachment and a link, and who followed the link.',
    query: `EmailEvents
| where Timestamp > ago(7d)
| where EmailDirection == "Inbound" and DeliveryAction == "Delivered" and AttachmentCount > 0
| join kind=inner (EmailUrlInfo | project NetworkMessageId, Url, UrlDomain) on NetworkMessageId
| join kind=inner (
    UrlClickEvents
    | where ActionType == "ClickAllowed"
    | project ClickTime = Timestamp, Url, AccountUpn, NetworkMessageId
  ) on NetworkMessageId, Url
| project ClickTime, AccountUpn, SenderFromAddress, Subject, UrlDomain, NetworkMessageId
| sort by ClickTime asc`,
  },
  {
    name: 'Office starts a shell',
    description:
      'Word, Excel or PowerPoint as the parent of a command interpreter, with the document and the decoded command.',
    query: `DeviceProcessEvents
| where InitiatingProcessFileName in~ ("winword.exe", "excel.exe", "powerpnt.exe")
| where FileName in~ ("cmd.exe", "powershell.exe", "wscript.exe", "mshta.exe")
| extend Document = extract(@'([^\\\\"]+\\.do[ct][mx]?)', 1, InitiatingProcessCommandLine)
| join kind=leftouter (
    EmailAttachmentInfo
    | summarize Sender = take_any(SenderFromAddress), Recipients = dcount(RecipientEmailAddress) by FileName
  ) on $left.Document == $right.FileName
| extend Encoded = extract(@'-EncodedCommand\\s+([A-Za-z0-9+/=]+)', 1, ProcessCommandLine)
| extend Decoded = replace_string(base64_decode_tostring(Encoded), "\\0", "")
| project Timestamp, DeviceName, AccountName, Document, Sender, Recipients, Decoded, ProcessCommandLine`,
  },
  {
    name: 'New program in AppData that calls out',
    description: 'An executable is written to a user profile, starts within ten minutes and connects to the outside.',
    query: `let dropped = DeviceFileEvents
    | where ActionType == "FileCreated" and FolderPath has @"\\AppData\\Roaming\\" and FileName endswith ".exe"
    | project DropTime = Timestamp, DeviceId, SHA256, DroppedBy = InitiatingProcessFileName, FileOriginUrl;
dropped
| join kind=inner (
    DeviceProcessEvents
    | project StartTime = Timestamp, DeviceId, DeviceName, SHA256, FileName, ProcessId, ProcessCreationTime
  ) on DeviceId, SHA256
| where StartTime between (DropTime .. 10m)
| join kind=inner (
    DeviceNetworkEvents
    | where ActionType == "ConnectionSuccess" and RemoteIPType == "Public"
    | project DeviceId, ProcessId = InitiatingProcessId, ProcessCreationTime = InitiatingProcessCreationTime, RemoteUrl, RemoteIP
  ) on DeviceId, ProcessId, ProcessCreationTime
| summarize Connections = count() by DeviceName, FileName, DroppedBy, FileOriginUrl, RemoteUrl, RemoteIP, DropTime`,
  },
  {
    name: 'Regular calls home',
    description: 'A process that connects to one outside address at even distances over many hours.',
    query: `DeviceNetworkEvents
| where Timestamp > ago(7d) and ActionType == "ConnectionSuccess" and RemoteIPType == "Public"
| where InitiatingProcessVersionInfoCompanyName !startswith "Microsoft" and InitiatingProcessVersionInfoCompanyName != "Google LLC"
| sort by DeviceId asc, InitiatingProcessFileName asc, RemoteIP asc, Timestamp asc
| extend Gap = iff(DeviceId == prev(DeviceId) and InitiatingProcessFileName == prev(InitiatingProcessFileName) and RemoteIP == prev(RemoteIP), (Timestamp - prev(Timestamp)) / 1m, real(null))
| summarize Calls = count(), Mean = avg(Gap), Deviation = stdev(Gap), First = min(Timestamp), Last = max(Timestamp) by DeviceName, InitiatingProcessFileName, RemoteUrl, RemoteIP
| where Calls > 20 and Deviation < Mean / 4
| project DeviceName, InitiatingProcessFileName, RemoteUrl, RemoteIP, Calls, MeanMinutes = Mean, Deviation, First, Last`,
  },
  {
    name: 'Autostart from a user folder',
    description: 'Run keys that point into a profile or another folder that users can write to.',
    query: `DeviceRegistryEvents
| where ActionType == "RegistryValueSet" and RegistryKey endswith @"\\CurrentVersion\\Run"
| where RegistryValueData has_any (@"\\AppData\\", @"\\Users\\Public\\", @"\\Temp\\")
| project Timestamp, DeviceName, InitiatingProcessAccountName, RegistryValueName, RegistryValueData, InitiatingProcessFileName`,
  },
  {
    name: 'A burst of discovery commands',
    description: 'Four or more different discovery tools by one account on one device within a quarter of an hour.',
    query: `DeviceProcessEvents
| where FileName in~ ("whoami.exe", "net.exe", "nltest.exe", "ipconfig.exe", "systeminfo.exe", "quser.exe")
| summarize Tools = dcount(FileName), Commands = make_set(ProcessCommandLine), First = min(Timestamp) by DeviceName, AccountName, bin(Timestamp, 15m)
| where Tools >= 4
| project First, DeviceName, AccountName, Tools, Commands`,
  },
  {
    name: 'Full access to LSASS',
    description: 'Processes outside Windows that open the memory of the logon service with every right.',
    query: `DeviceEvents
| where ActionType == "OpenProcessApiCall" and FileName =~ "lsass.exe"
| extend Access = tolong(parse_json(AdditionalFields).DesiredAccess)
| where Access == 2097151
| project Timestamp, DeviceName, InitiatingProcessFileName, InitiatingProcessFolderPath, InitiatingProcessAccountName, Access`,
  },
  {
    name: 'Mailbox used from elsewhere',
    description: 'An address that fails for several accounts, succeeds for few, and what it then does in the cloud.',
    query: `EntraIdSignInEvents
| where Timestamp > ago(7d)
| summarize Failed = countif(ErrorCode != 0), Succeeded = make_set_if(AccountUpn, ErrorCode == 0) by IPAddress, Country
| where Failed >= 3 and array_length(Succeeded) between (1 .. 3)
| join kind=inner (
    CloudAppEvents
    | project ActionTime = Timestamp, IPAddress, ActionType, Application, ObjectName, AccountDisplayName
  ) on IPAddress
| project ActionTime, AccountDisplayName, ActionType, Application, ObjectName, IPAddress, Country, Failed
| sort by ActionTime asc`,
  },
  {
    name: 'Administrator signs in from another device',
    description: 'Network logons of administrators at servers that came from a device which is not their own.',
    query: `let admins = IdentityInfo
    | where Tags has "Sensitive"
    | summarize arg_max(Timestamp, EmployeeId) by AccountName
    | project AccountName, EmployeeId;
DeviceLogonEvents
| where Timestamp > ago(7d) and LogonType == "Network" and Protocol == "NTLM" and AccountName in ((admins | project AccountName))
| join kind=inner (DeviceInfo | where DeviceType == "Server" | distinct DeviceId) on DeviceId
| join kind=inner (
    DeviceInfo
    | where DeviceType == "Workstation" and RegistryDeviceTag != "IT"
    | summarize arg_max(Timestamp, RegistryDeviceTag) by FromDevice = extract("^[^.]+", 0, DeviceName)
  ) on $left.RemoteDeviceName == $right.FromDevice
| project Timestamp, DeviceName, ActionType, AccountName, RemoteDeviceName, RemoteIP, Department = RegistryDeviceTag`,
  },
  {
    name: 'Service installed after a remote copy',
    description: 'An executable arrives over SMB and is installed as a service within five minutes.',
    query: `DeviceFileEvents
| where RequestProtocol == "SMB" and FileName endswith ".exe"
| project CopyTime = Timestamp, DeviceId, SHA256, RequestSourceIP, RequestAccountName, ShareName
| join kind=inner (
    DeviceEvents
    | where ActionType == "ServiceInstalled"
    | extend ServiceName = tostring(parse_json(AdditionalFields).ServiceName)
    | project InstallTime = Timestamp, DeviceId, DeviceName, SHA256, FolderPath, ServiceName
  ) on DeviceId, SHA256
| where InstallTime between (CopyTime .. 5m)
| project InstallTime, DeviceName, ServiceName, FolderPath, RequestAccountName, RequestSourceIP, ShareName`,
  },
  {
    name: 'Renamed tool that sends data',
    description: 'A program whose file has another name than its maker gave it, and where it connects to.',
    query: `DeviceProcessEvents
| where isnotempty(ProcessVersionInfoOriginalFileName) and FileName !~ ProcessVersionInfoOriginalFileName
| project DeviceId, DeviceName, FileName, Original = ProcessVersionInfoOriginalFileName, ProcessCommandLine, ProcessId, ProcessCreationTime
| join kind=inner (
    DeviceNetworkEvents
    | where RemoteIPType == "Public"
    | project DeviceId, ProcessId = InitiatingProcessId, ProcessCreationTime = InitiatingProcessCreationTime, RemoteUrl, RemoteIP, ConnectionTime = Timestamp
  ) on DeviceId, ProcessId, ProcessCreationTime
| summarize Connections = count(), First = min(ConnectionTime), Last = max(ConnectionTime) by DeviceName, FileName, Original, RemoteUrl, RemoteIP, ProcessCommandLine`,
  },
  {
    name: 'The attack in order of its alerts',
    description: 'Alerts of the last week with the devices, accounts and files that they name.',
    query: `AlertInfo
| where Timestamp > ago(7d) and Severity in ("Medium", "High")
| join kind=inner (AlertEvidence | project AlertId, EntityType, DeviceName, AccountName, FileName, RemoteUrl) on AlertId
| summarize Devices = make_set_if(DeviceName, isnotempty(DeviceName)), Accounts = make_set_if(AccountName, isnotempty(AccountName)), Files = make_set_if(FileName, isnotempty(FileName)), Hosts = make_set_if(RemoteUrl, isnotempty(RemoteUrl)) by Timestamp, Severity, Category, Title
| sort by Timestamp asc`,
  },
]
