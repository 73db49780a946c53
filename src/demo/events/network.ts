/** DeviceNetworkEvents: connections out, in and failed, listeners, and what the packet inspection saw. */
import { type Device, isWindows } from '../firm.ts'
import { type Host, insideHost, outsideHost } from '../hosts.ts'
import { initiating, type Process } from '../machine.ts'
import { weighted } from '../random.ts'
import { json, type World } from '../world.ts'

const TABLE = 'DeviceNetworkEvents'

type Kind =
  | 'ConnectionSuccess'
  | 'ConnectionFailed'
  | 'ConnectionFound'
  | 'InboundConnectionAccepted'
  | 'ListeningConnectionCreated'
  | 'DnsConnectionInspected'
  | 'HttpConnectionInspected'
  | 'SslConnectionInspected'

const KINDS = weighted<Kind>([
  ['ConnectionSuccess', 70],
  ['ConnectionFailed', 5],
  ['ConnectionFound', 3],
  ['InboundConnectionAccepted', 5],
  ['ListeningConnectionCreated', 1],
  ['DnsConnectionInspected', 8],
  ['HttpConnectionInspected', 3],
  ['SslConnectionInspected', 5],
])

export function networkEvent(world: World, at: number, process: Process): void {
  const { random, firm } = world
  const { device } = process
  const kind = KINDS.draw(random)
  if (kind === 'ListeningConnectionCreated') {
    world.deviceRow(TABLE, device, at, {
      ...initiating(process, TABLE),
      ActionType: kind,
      LocalIP: '0.0.0.0',
      LocalPort: random.int(49_152, 65_000),
      Protocol: 'Tcp',
    })
  } else if (kind === 'InboundConnectionAccepted') {
    inbound(
      world,
      at,
      process,
      random.pick(firm.devices),
      random.pick(isWindows(device) ? [445, 3389, 135, 5985] : [22, 443]),
    )
  } else if (kind.endsWith('Inspected')) {
    inspected(world, at, device, kind, outsideHost(random, process.program.fileName.toLowerCase()))
  } else {
    const outside = random.chance(0.72)
    const host = outside
      ? outsideHost(random, process.program.fileName.toLowerCase())
      : insideHost(random, firm, device)
    connection(world, at, process, host, kind)
  }
}

export function connection(
  world: World,
  at: number,
  process: Process,
  { name, ip, port }: Host,
  kind: string = 'ConnectionSuccess',
): void {
  world.deviceRow(TABLE, process.device, at, {
    ...initiating(process, TABLE),
    ActionType: kind,
    RemoteIP: ip,
    RemotePort: port,
    RemoteUrl: name,
    LocalIP: process.device.ip,
    LocalPort: world.random.int(49_152, 65_500),
    Protocol: port === 53 || port === 123 ? 'Udp' : 'Tcp',
    LocalIPType: 'Private',
    RemoteIPType: ipType(ip),
  })
}

export function inbound(world: World, at: number, process: Process, from: Device, port: number): void {
  world.deviceRow(TABLE, process.device, at, {
    ...initiating(process, TABLE),
    ActionType: 'InboundConnectionAccepted',
    RemoteIP: from.ip,
    RemotePort: world.random.int(49_152, 65_500),
    LocalIP: process.device.ip,
    LocalPort: port,
    Protocol: 'Tcp',
    LocalIPType: 'Private',
    RemoteIPType: 'Private',
  })
}

/** The sensor reads packets, so it knows no process; its values are all text. */
function inspected(world: World, at: number, device: Device, kind: Kind, host: Host): void {
  const dns = kind === 'DnsConnectionInspected'
  world.deviceRow(TABLE, device, at, {
    ActionType: kind,
    RemoteIP: dns ? world.firm.domainController.ip : host.ip,
    RemotePort: dns ? 53 : kind === 'HttpConnectionInspected' ? 80 : 443,
    ...(!dns && { RemoteUrl: host.name }),
    LocalIP: device.ip,
    LocalPort: world.random.int(49_152, 65_500),
    Protocol: dns ? 'Udp' : 'Tcp',
    LocalIPType: 'Private',
    RemoteIPType: dns ? 'Private' : 'Public',
    InitiatingProcessId: 0,
    InitiatingProcessTokenElevation: 'None',
    AdditionalFields: json(inspection(world, kind, host)),
  })
}

function inspection({ random }: World, kind: Kind, { name, ip }: Host): Record<string, string> {
  switch (kind) {
    case 'DnsConnectionInspected':
      return {
        direction: 'Out',
        trans_id: String(random.int(1, 65_535)),
        rtt: random.next().toFixed(6),
        query: name,
        qclass: '1',
        qclass_name: 'C_INTERNET',
        qtype: '1',
        qtype_name: 'A',
        rcode: '0',
        rcode_name: 'NOERROR',
        AA: 'false',
        RD: 'true',
        RA: 'true',
        answers: json([ip]),
        TTLs: '[300.0]',
        rejected: 'false',
        uid: `C${random.hex(16)}`,
      }
    case 'HttpConnectionInspected':
      return {
        direction: 'Out',
        method: 'GET',
        host: name,
        uri: `/${random.hex(6)}/${random.pick(['index.html', 'list.json', 'logo.png', 'style.css'])}`,
        user_agent: random.pick([
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/142.0.0.0',
          'Microsoft-Delivery-Optimization/10.0',
          'Microsoft-CryptoAPI/10.0',
        ]),
        request_body_len: '0',
        response_body_len: String(random.int(200, 400_000)),
        status_code: random.chance(0.95) ? '200' : '404',
        status_msg: 'OK',
        trans_depth: '1',
      }
    default:
      return {
        direction: 'Out',
        version: random.chance(0.8) ? 'TLSv13' : 'TLSv12',
        server_name: name,
        established: 'true',
        resumed: random.chance(0.3) ? 'true' : 'false',
        subject: `CN=${name}`,
        issuer: 'CN=Example Trust CA 1,O=Example Trust',
        uid: `C${random.hex(16)}`,
      }
  }
}

/** The documentation ranges stand for the public internet here, as Defender would see real addresses. */
const ipType = (ip: string): string => (ip.startsWith('10.') ? 'Private' : 'Public')
