// Twenty typical hunts over process events: in KQL, and as somebody would write them for each engine. T is the table; `ticks` is what
// the engine has for a time. Times are of the last of the generated days.

/** @param day the last day, `YYYY-MM-DD` */
export function hunts(day) {
  const ticks = (text) => BigInt(Date.parse(text)) * 10_000n + 621_355_968_000_000_000n
  const noon = `${day}T12:00:00Z`
  const one = `${day}T13:00:00Z`
  const duckTime = (text) => `Timestamp >= TIMESTAMP_NS '${text.replace('T', ' ').replace('Z', '')}'`
  const duckUntil = (text) => `Timestamp < TIMESTAMP_NS '${text.replace('T', ' ').replace('Z', '')}'`
  const clickTime = (text) => `Timestamp >= ${ticks(text)}`
  const clickUntil = (text) => `Timestamp < ${ticks(text)}`
  const hunt = (name, kql, duckdb, clickhouse = duckdb) => ({ name, kql, duckdb, clickhouse })
  return [
    hunt('count all', 'T | count', 'SELECT count(*) FROM T'),
    hunt(
      'an hour',
      `T | where Timestamp >= datetime(${noon}) and Timestamp < datetime(${one}) | count`,
      `SELECT count(*) FROM T WHERE ${duckTime(noon)} AND ${duckUntil(one)}`,
      `SELECT count(*) FROM T WHERE ${clickTime(noon)} AND ${clickUntil(one)}`,
    ),
    hunt(
      'a rare term',
      "T | where ProcessCommandLine has 'n777777' | project Timestamp, DeviceName, ProcessCommandLine",
      "SELECT Timestamp, DeviceName, ProcessCommandLine FROM T WHERE contains(lower(ProcessCommandLine), 'n777777') AND regexp_matches(ProcessCommandLine, '(?i)(?:^|[^0-9A-Za-z])n777777(?:$|[^0-9A-Za-z])')",
      "SELECT Timestamp, DeviceName, ProcessCommandLine FROM T WHERE hasToken(lower(ProcessCommandLine), 'n777777')",
    ),
    hunt(
      'a common term',
      "T | where ProcessCommandLine has 'renderer' | count",
      "SELECT count(*) FROM T WHERE contains(lower(ProcessCommandLine), 'renderer') AND regexp_matches(ProcessCommandLine, '(?i)(?:^|[^0-9A-Za-z])renderer(?:$|[^0-9A-Za-z])')",
      "SELECT count() FROM T WHERE hasToken(lower(ProcessCommandLine), 'renderer')",
    ),
    hunt(
      'a file name whatever the case',
      "T | where FileName =~ 'PowerShell.exe' | summarize count() by DeviceName | top 10 by count_",
      "SELECT DeviceName, count(*) n FROM T WHERE lower(FileName) = 'powershell.exe' GROUP BY 1 ORDER BY n DESC LIMIT 10",
    ),
    hunt(
      'file names in a list',
      "T | where FileName in~ ('cmd.exe', 'powershell.exe', 'rundll32.exe') | summarize count() by FileName",
      "SELECT FileName, count(*) FROM T WHERE lower(FileName) IN ('cmd.exe', 'powershell.exe', 'rundll32.exe') GROUP BY 1",
    ),
    hunt(
      'part of a command line',
      "T | where ProcessCommandLine contains 'session=1a2b' | count",
      "SELECT count(*) FROM T WHERE contains(lower(ProcessCommandLine), 'session=1a2b')",
      "SELECT count() FROM T WHERE positionCaseInsensitive(ProcessCommandLine, 'session=1a2b') > 0",
    ),
    hunt(
      'a regular expression',
      "T | where ProcessCommandLine matches regex @'session=f{3}' | count",
      "SELECT count(*) FROM T WHERE regexp_matches(ProcessCommandLine, 'session=f{3}')",
      "SELECT count() FROM T WHERE match(ProcessCommandLine, 'session=f{3}')",
    ),
    hunt(
      'distinct devices',
      'T | summarize dcount(DeviceId) by FileName',
      'SELECT FileName, count(DISTINCT DeviceId) FROM T GROUP BY 1',
      'SELECT FileName, uniqExact(DeviceId) FROM T GROUP BY 1',
    ),
    hunt(
      'by the hour',
      'T | summarize count() by bin(Timestamp, 1h)',
      "SELECT time_bucket(INTERVAL '1 hour', Timestamp), count(*) FROM T GROUP BY 1",
      'SELECT intDiv(Timestamp, 36000000000), count() FROM T GROUP BY 1',
    ),
    hunt(
      'newest hundred',
      'T | top 100 by Timestamp desc | project Timestamp, DeviceName, FileName',
      'SELECT Timestamp, DeviceName, FileName FROM T ORDER BY Timestamp DESC LIMIT 100',
    ),
    hunt(
      'last event of each device',
      'T | summarize arg_max(Timestamp, FileName, AccountName) by DeviceId',
      'SELECT DeviceId, max(Timestamp), arg_max(FileName, Timestamp), arg_max(AccountName, Timestamp) FROM T GROUP BY 1',
      'SELECT DeviceId, max(Timestamp), argMax(FileName, Timestamp), argMax(AccountName, Timestamp) FROM T GROUP BY 1',
    ),
    hunt(
      'parents and children',
      'T | summarize n = count() by InitiatingProcessFileName, FileName | where n > 100 | sort by n desc',
      'SELECT InitiatingProcessFileName, FileName, count(*) n FROM T GROUP BY 1, 2 HAVING n > 100 ORDER BY n DESC',
    ),
    hunt(
      'rare values',
      'T | summarize n = count() by ProcessVersionInfoCompanyName, FileName | where n < 10',
      'SELECT ProcessVersionInfoCompanyName, FileName, count(*) n FROM T GROUP BY 1, 2 HAVING n < 10',
    ),
    hunt(
      'a hash',
      "T | where SHA1 == 'b8b5d5a1f3a2b5e7d1c7f3a2b5e7d1c7f3a2b5e7' | count",
      "SELECT count(*) FROM T WHERE SHA1 = 'b8b5d5a1f3a2b5e7d1c7f3a2b5e7d1c7f3a2b5e7'",
    ),
    hunt(
      'not the usual accounts',
      "T | where AccountName !in ('user1', 'user2') and ProcessIntegrityLevel == 'High' | summarize count() by AccountName",
      "SELECT AccountName, count(*) FROM T WHERE AccountName NOT IN ('user1', 'user2') AND ProcessIntegrityLevel = 'High' GROUP BY 1",
    ),
    hunt(
      'sets of names',
      `T | where Timestamp >= datetime(${noon}) | summarize make_set(FileName) by DeviceId`,
      `SELECT DeviceId, list(DISTINCT FileName) FROM T WHERE ${duckTime(noon)} GROUP BY 1`,
      `SELECT DeviceId, groupUniqArray(FileName) FROM T WHERE ${clickTime(noon)} GROUP BY 1`,
    ),
    hunt(
      'a join in an hour',
      `T | where Timestamp >= datetime(${noon}) and Timestamp < datetime(${one}) and FileName == 'cmd.exe' | join kind=inner (T | where Timestamp >= datetime(${noon}) and Timestamp < datetime(${one}) and FileName == 'net.exe' | project DeviceId, NetTime = Timestamp) on DeviceId | summarize count() by DeviceId`,
      `SELECT a.DeviceId, count(*) FROM (SELECT DeviceId FROM T WHERE ${duckTime(noon)} AND ${duckUntil(one)} AND FileName = 'cmd.exe') a JOIN (SELECT DeviceId, Timestamp FROM T WHERE ${duckTime(noon)} AND ${duckUntil(one)} AND FileName = 'net.exe') b ON a.DeviceId = b.DeviceId GROUP BY 1`,
      `SELECT a.DeviceId, count(*) FROM (SELECT DeviceId FROM T WHERE ${clickTime(noon)} AND ${clickUntil(one)} AND FileName = 'cmd.exe') a JOIN (SELECT DeviceId, Timestamp FROM T WHERE ${clickTime(noon)} AND ${clickUntil(one)} AND FileName = 'net.exe') b ON a.DeviceId = b.DeviceId GROUP BY 1`,
    ),
    hunt(
      'text taken apart',
      `T | where Timestamp >= datetime(${noon}) | extend s = extract('session=([0-9a-f]+)', 1, ProcessCommandLine) | summarize dcount(s)`,
      `SELECT count(DISTINCT regexp_extract(ProcessCommandLine, 'session=([0-9a-f]+)', 1)) FROM T WHERE ${duckTime(noon)}`,
      `SELECT uniqExact(extract(ProcessCommandLine, 'session=([0-9a-f]+)')) FROM T WHERE ${clickTime(noon)}`,
    ),
    hunt(
      'any of several terms',
      "T | where ProcessCommandLine has_any ('n111111', 'n222222', 'n333333') | count",
      "SELECT count(*) FROM T WHERE regexp_matches(ProcessCommandLine, '(?i)(?:^|[^0-9A-Za-z])(?:n111111|n222222|n333333)(?:$|[^0-9A-Za-z])')",
      "SELECT count() FROM T WHERE hasToken(lower(ProcessCommandLine), 'n111111') OR hasToken(lower(ProcessCommandLine), 'n222222') OR hasToken(lower(ProcessCommandLine), 'n333333')",
    ),
  ]
}
