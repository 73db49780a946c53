// Process events as Defender's export has them, always the same ones: `processEvents(count, { perDay })` yields NDJSON lines in
// the order of their times, a day holding `perDay` of them.
import { createHash } from 'node:crypto'

const DAY = 24 * 60 * 60 * 1000
const START = Date.parse('2026-01-01T00:00:00Z')
const PROGRAMS = [
  'svchost.exe',
  'chrome.exe',
  'msedge.exe',
  'powershell.exe',
  'cmd.exe',
  'conhost.exe',
  'outlook.exe',
  'teams.exe',
  'code.exe',
  'git.exe',
  'node.exe',
  'python.exe',
  'explorer.exe',
  'rundll32.exe',
  'wmiprvse.exe',
  'msmpeng.exe',
  'taskhostw.exe',
  'backgroundtaskhost.exe',
  'werfault.exe',
  'net.exe',
]
const USERS = 400
const DEVICES = 500

/** mulberry32: small, fast, and the same everywhere. */
function random(seed) {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const hex = (text, algorithm) => createHash(algorithm).update(text).digest('hex')

export function* processEvents(count, { perDay = 1_000_000, seed = 1 } = {}) {
  const next = random(seed)
  const pick = (n) => Math.floor(next() * n)
  const programs = PROGRAMS.map((name) => ({
    name,
    sha1: hex(name, 'sha1'),
    sha256: hex(name, 'sha256'),
    md5: hex(name, 'md5'),
  }))
  const devices = Array.from({ length: DEVICES }, (_, i) => ({
    id: hex(`device${i}`, 'sha1'),
    name: `host${i}.corp.example`,
  }))
  for (let n = 0; n < count; n++) {
    const time = new Date(START + (n * DAY) / perDay).toISOString()
    const [file, parent] = [programs[pick(20)], programs[pick(20)]]
    const device = devices[pick(DEVICES)]
    const user = `user${pick(USERS)}`
    const line = {
      Timestamp: time.replace('Z', `${String(1000 + pick(9000))}Z`),
      DeviceId: device.id,
      DeviceName: device.name,
      ActionType: 'ProcessCreated',
      FileName: file.name,
      FolderPath: `C:\\Program Files\\Vendor${pick(50)}\\${file.name}`,
      SHA1: file.sha1,
      SHA256: file.sha256,
      MD5: file.md5,
      FileSize: 10_000 + pick(5_000_000),
      ProcessVersionInfoCompanyName: `Vendor ${pick(50)}`,
      ProcessVersionInfoOriginalFileName: file.name,
      ProcessId: pick(65_536),
      ProcessCommandLine: `"${file.name}" --type=renderer --session=${pick(1e9).toString(16)} --lang=en-US /n${pick(1e6)}`,
      ProcessIntegrityLevel: pick(4) ? 'Medium' : 'High',
      ProcessTokenElevation: 'TokenElevationTypeDefault',
      ProcessCreationTime: time,
      AccountDomain: 'corp',
      AccountName: user,
      AccountSid: `S-1-5-21-1004336348-1177238915-682003330-${1000 + pick(USERS)}`,
      LogonId: pick(1e9),
      InitiatingProcessAccountName: user,
      InitiatingProcessFileName: parent.name,
      InitiatingProcessFolderPath: `c:\\program files\\vendor${pick(50)}\\${parent.name}`,
      InitiatingProcessSHA1: parent.sha1,
      InitiatingProcessId: pick(65_536),
      InitiatingProcessCommandLine: `${parent.name} -k netsvcs -p ${pick(1e6)}`,
      InitiatingProcessParentFileName: 'services.exe',
      ReportId: n + 1,
      AdditionalFields: '{"InitiatingProcessImageHash":"x"}',
    }
    yield `${JSON.stringify(line)}\n`
  }
}
