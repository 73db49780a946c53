/** Ten typical hunts, each with the SQL that a person would write for it. `T('Table')` is the FROM over a table's segments. */

/** Ticks and timestamps: stored event times are nanosecond timestamps. */
export const pairs = [
  {
    name: 'count',
    kql: 'DeviceProcessEvents | count',
    sql: (T) => `SELECT count(*) AS "Count" FROM ${T('DeviceProcessEvents')}`,
  },
  {
    name: 'newest 100 rows',
    kql: 'DeviceProcessEvents | top 100 by Timestamp | project Timestamp, DeviceName, FileName, ProcessCommandLine',
    sql: (T) =>
      `SELECT "Timestamp", DeviceName, FileName, ProcessCommandLine FROM ${T('DeviceProcessEvents')} ORDER BY "Timestamp" DESC LIMIT 100`,
  },
  {
    name: 'term in command lines',
    kql: 'DeviceProcessEvents | where ProcessCommandLine has "encodedcommand" | project Timestamp, DeviceName, ProcessCommandLine',
    sql: (T) =>
      `SELECT "Timestamp", DeviceName, ProcessCommandLine FROM ${T('DeviceProcessEvents')} WHERE contains(lower(ProcessCommandLine), 'encodedcommand') AND regexp_matches(ProcessCommandLine, '(?is)(?:^|[^\\p{L}\\p{N}])encodedcommand(?:$|[^\\p{L}\\p{N}])')`,
  },
  {
    name: 'text anywhere',
    kql: 'DeviceProcessEvents | where ProcessCommandLine contains "appdata" | summarize count() by FileName',
    sql: (T) =>
      `SELECT FileName, count(*) AS count_ FROM ${T('DeviceProcessEvents')} WHERE contains(lower(ProcessCommandLine), 'appdata') GROUP BY FileName`,
  },
  {
    name: 'name in a list',
    kql: 'DeviceProcessEvents | where FileName in~ ("powershell.exe", "cmd.exe", "wscript.exe") | summarize n = count(), devices = dcount(DeviceId) by FileName, InitiatingProcessFileName | top 20 by n',
    sql: (T) =>
      `SELECT FileName, InitiatingProcessFileName, count(*) AS n, count(DISTINCT DeviceId) AS devices FROM ${T('DeviceProcessEvents')} WHERE lower(FileName) IN ('powershell.exe', 'cmd.exe', 'wscript.exe') GROUP BY ALL ORDER BY n DESC LIMIT 20`,
  },
  {
    name: 'events an hour',
    kql: 'DeviceNetworkEvents | summarize count() by bin(Timestamp, 1h), ActionType',
    sql: (T) =>
      `SELECT time_bucket(INTERVAL 1 HOUR, "Timestamp"::TIMESTAMP) AS t, ActionType, count(*) AS n FROM ${T('DeviceNetworkEvents')} GROUP BY ALL`,
  },
  {
    name: 'latest row a device',
    kql: 'DeviceInfo | summarize arg_max(Timestamp, DeviceName, OSPlatform, PublicIP) by DeviceId',
    sql: (T) =>
      `SELECT DeviceId, max("Timestamp") AS t, arg_max(DeviceName, "Timestamp") AS a, arg_max(OSPlatform, "Timestamp") AS b, arg_max(PublicIP, "Timestamp") AS c FROM ${T('DeviceInfo')} GROUP BY DeviceId`,
  },
  {
    name: 'process to network join',
    kql: 'DeviceProcessEvents | where FileName =~ "powershell.exe" | join kind=inner (DeviceNetworkEvents | where RemotePort == 443) on DeviceId, $left.ProcessId == $right.InitiatingProcessId | summarize count() by DeviceName, RemoteUrl',
    sql: (T) =>
      `SELECT p.DeviceName, n.RemoteUrl, count(*) AS c FROM (SELECT * FROM ${T('DeviceProcessEvents')} WHERE lower(FileName) = 'powershell.exe') p JOIN (SELECT * FROM ${T('DeviceNetworkEvents')} WHERE RemotePort = 443) n ON p.DeviceId = n.DeviceId AND p.ProcessId = n.InitiatingProcessId GROUP BY ALL`,
  },
  {
    name: 'JSON field',
    kql: 'DeviceEvents | extend d = parse_json(AdditionalFields) | where isnotempty(d.DesiredAccess) | summarize count() by tostring(d.DesiredAccess)',
    sql: (T) =>
      `SELECT json_extract_string(AdditionalFields, '$.DesiredAccess') AS a, count(*) AS n FROM ${T('DeviceEvents')} WHERE json_valid(AdditionalFields) AND coalesce(json_extract_string(AdditionalFields, '$.DesiredAccess'), '') <> '' GROUP BY a`,
  },
  {
    name: 'rare parents',
    kql: 'DeviceProcessEvents | summarize devices = dcount(DeviceId), earliest = min(Timestamp) by FileName, InitiatingProcessFileName | where devices < 3 | sort by earliest desc | take 50',
    sql: (T) =>
      `SELECT FileName, InitiatingProcessFileName, count(DISTINCT DeviceId) AS devices, min("Timestamp") AS first FROM ${T('DeviceProcessEvents')} GROUP BY ALL HAVING devices < 3 ORDER BY first DESC LIMIT 50`,
  },
]
