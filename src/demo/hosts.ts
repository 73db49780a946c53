/** The world outside the firm, in reserved names (RFC 2606) and documentation addresses (RFC 5737). */
import type { Device, Firm } from './firm.ts'
import type { Random } from './random.ts'

export interface Host {
  readonly name: string
  readonly ip: string
  readonly port: number
}

const host = (name: string, ip: string, port = 443): Host => ({ name, ip, port })

const CLOUD = [
  host('outlook.office.example', '203.0.113.10'),
  host('teams.office.example', '203.0.113.11'),
  host('files.office.example', '203.0.113.12'),
  host('login.office.example', '203.0.113.13'),
]
const UPDATES = [
  host('update.windows.example', '203.0.113.20'),
  host('delivery.windows.example', '203.0.113.21', 80),
  host('telemetry.windows.example', '203.0.113.22'),
  host('definitions.windows.example', '203.0.113.23'),
]
const SENSOR = [host('events.defender.example', '203.0.113.30'), host('commands.defender.example', '203.0.113.31')]
const WEB = [
  'www.example.com',
  'news.example.com',
  'weather.example.net',
  'maps.example.org',
  'cdn.example.net',
  'images.example.net',
  'fonts.example.org',
  'ads.example.net',
  'stats.example.org',
  'www.contoso.example',
  'shop.fabrikam.example',
  'portal.northwind.example',
  'tides.contoso.example',
  'jobs.tailspin.example',
  'video.example.org',
  'search.example.com',
  'forum.sailing.example',
  'www.portauthority.example',
].map((name, i) => host(name, `198.51.100.${10 + i}`))
const CODE = [host('git.contoso.example', '203.0.113.40'), host('packages.example.org', '203.0.113.41')]
const MANAGEMENT = [host('manage.office.example', '203.0.113.50')]
const API = [host('api.contoso.example', '203.0.113.60')]

/** Where programs go outside, by the name of their file in lower case. */
const BY_PROGRAM: Readonly<Record<string, readonly Host[]>> = {
  'outlook.exe': CLOUD,
  'ms-teams.exe': CLOUD,
  'msedgewebview2.exe': CLOUD,
  'onedrive.exe': CLOUD,
  'winword.exe': CLOUD,
  'excel.exe': CLOUD,
  'microsoft outlook': CLOUD,
  'svchost.exe': UPDATES,
  'microsoftedgeupdate.exe': UPDATES,
  'updater.exe': UPDATES,
  'officec2rclient.exe': UPDATES,
  'mpcmdrun.exe': UPDATES,
  'msmpeng.exe': SENSOR,
  'mssense.exe': SENSOR,
  'senseir.exe': SENSOR,
  wdavdaemon: SENSOR,
  'git.exe': CODE,
  'code.exe': CODE,
  'node.exe': CODE,
  'microsoft.management.services.intunewindowsagent.exe': MANAGEMENT,
  'agentexecutor.exe': MANAGEMENT,
  'yardservice.exe': API,
  curl: API,
  python3: API,
  'hullcad.exe': [host('licence.fabrikam.example', '203.0.113.70')],
  'ledger.exe': [host('sync.northwind.example', '203.0.113.71')],
}

export const outsideHost = (random: Random, fileName: string): Host => {
  const known = BY_PROGRAM[fileName]
  // A few sites take most of the visits, as in life.
  return known ? random.pick(known) : WEB[Math.floor(random.next() ** 1.7 * WEB.length)]!
}

/** A server inside and the port that a program talks to there. */
export function insideHost(random: Random, firm: Firm, device: Device): Host {
  const [to, port] = random.pick(
    device === firm.domainController
      ? ([['tb-file01', 445]] as const)
      : ([
          ['tb-dc01', 389],
          ['tb-dc01', 88],
          ['tb-dc01', 445],
          ['tb-file01', 445],
          ['tb-file01', 445],
          ['tb-app01', 8443],
          ['tb-sql01', 1433],
          ['tb-web01', 443],
        ] as const),
  )
  const server = firm.devices.find((d) => d.name.startsWith(to))!
  return host(server.name, server.ip, port)
}
