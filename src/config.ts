/** Every setting: key, default, environment variable, one line of documentation. A setting is one line here. */
import { z } from 'zod'
import { KqlError } from './base/errors.ts'

interface Setting<T> {
  readonly schema: z.ZodType<T>
  readonly default: T
  readonly doc: string
}
const setting = <T>(schema: z.ZodType<T>, fallback: T, doc: string): Setting<T> => ({ schema, default: fallback, doc })

const count = z.coerce.number().int().nonnegative()

export const settings = {
  store: setting(z.string(), './harrier-store', 'Folder of the embedded store.'),
  attach: setting(
    z.string(),
    '',
    'Tables that are read in place, as Name=PATH,Name=PATH: folders, patterns or files of Parquet, CSV or NDJSON, which are never written.',
  ),
  engine: setting(
    z.enum(['duckdb', 'clickhouse']),
    'duckdb',
    'Where telemetry lies and queries run: duckdb is the embedded store, clickhouse a server or cluster.',
  ),
  clickhouseUrl: setting(
    z.url({ protocol: /^https?$/ }),
    'http://localhost:8123',
    'With engine clickhouse: the address of its HTTP interface.',
  ),
  clickhouseDatabase: setting(z.string(), 'harrier', 'With engine clickhouse: the database that holds the tables.'),
  clickhouseUser: setting(z.string(), 'default', 'With engine clickhouse: the user; one that may only read is enough.'),
  clickhousePassword: setting(z.string(), '', 'With engine clickhouse: its password.'),
  clickhouseCa: setting(
    z.string(),
    '',
    'With engine clickhouse: PEM file of the authority that signed its certificate.',
  ),
  clickhouseCluster: setting(
    z.string(),
    '',
    'With engine clickhouse: the cluster over which harrier clickhouse init makes the tables; empty = one node.',
  ),
  clickhouseTables: setting(
    z.string(),
    '',
    'With engine clickhouse: tables that exist already and stand for others, as DeviceProcessEvents=processes,….',
  ),
  partRows: setting(
    count,
    5_000_000,
    'With engine clickhouse: rows that a query may bring here, to work out what ClickHouse cannot.',
  ),
  partMb: setting(count, 2048, 'With engine clickhouse: the same in MB.'),
  host: setting(z.string(), '127.0.0.1', 'Address that the server listens on.'),
  port: setting(count, 8080, 'Port that the server listens on; 0 takes a free one.'),
  auth: setting(
    z.enum(['off', 'local', 'entra', 'oidc']),
    'local',
    'Who issues tokens: off (loopback only), local (this store), entra (a tenant of Entra ID), oidc (another issuer).',
  ),
  entraTenant: setting(
    z.guid().toLowerCase().or(z.literal('')),
    '',
    'The id of the tenant of Entra ID whose tokens count, with auth entra.',
  ),
  entraAuthority: setting(
    z.url({ protocol: /^https?$/ }),
    'https://login.microsoftonline.com',
    "Where that tenant's keys are found; https://login.microsoftonline.us for the government cloud.",
  ),
  oidcIssuer: setting(
    z.url({ protocol: /^https?$/ }).or(z.literal('')),
    '',
    'With auth oidc: the address of the issuer, below which its discovery document lies.',
  ),
  oidcAudience: setting(z.string(), 'harrier', 'With auth oidc: what tokens must be meant for; several by commas.'),
  keyDays: setting(count, 90, 'Days after which the local issuer signs with a new key; seen at each start.'),
  publicUrl: setting(
    z.url({ protocol: /^https?$/ }).or(z.literal('')),
    '',
    'Address under which callers reach the server, where that is not its own; empty = what they say it is.',
  ),
  trustedProxies: setting(
    z.string(),
    '',
    'Addresses or networks of proxies whose X-Forwarded-* headers count, separated by commas; empty = none.',
  ),
  tls: setting(
    z.enum(['off', 'self-signed', 'files']),
    'off',
    'https: self-signed makes a certificate at the first start, files takes tlsCertificate and tlsKey.',
  ),
  tlsCertificate: setting(z.string(), '', 'PEM file of the certificate and those that signed it.'),
  tlsKey: setting(z.string(), '', 'PEM file of its private key.'),
  regions: setting(
    z.string(),
    '',
    'Regions with a store of their own, as eu=FOLDER,uk=FOLDER; the host name of a request tells its region.',
  ),
  redis: setting(
    z.url({ protocol: /^rediss?$/ }).or(z.literal('')),
    '',
    'Redis in which several servers count quotas together; empty = in the store.',
  ),
  access: setting(
    z.string(),
    '',
    'JSON file with roles, device groups and who is assigned to them, read anew when it changes; in the configuration file also the object itself; empty = no restrictions.',
  ),
  limits: setting(
    z.enum(['off', 'defender']),
    'defender',
    'Call and run-time quotas; row, size and time limits always hold.',
  ),
  callsPerMinute: setting(count, 45, 'Calls that an application may make in a minute, for each API.'),
  callsPerHour: setting(count, 1500, 'Calls that an application may make in an hour, for each API.'),
  runningMinutesPerHour: setting(
    count,
    10,
    'Minutes that the queries of an application may run in an hour, for each API.',
  ),
  runningHoursPerDay: setting(count, 3, 'Hours that the queries of an application may run in a day, for each API.'),
  xdrTimeoutSeconds: setting(count, 180, 'Seconds after which a query of /api/advancedhunting is cancelled.'),
  graphTimeoutSeconds: setting(count, 180, 'Seconds after which a query of Graph is cancelled.'),
  graphByteLimit: setting(count, 50 * 1024 * 1024, 'Bytes of rows beyond which an answer of Graph is refused.'),
  now: setting(z.string(), '', 'Fixes the clock to this time (ISO 8601); empty follows the machine.'),
  lookback: setting(z.string(), '30d', 'How far back queries see: a timespan such as 30d, or unlimited.'),
  rowLimit: setting(count, 100_000, 'Rows after which an answer is cut.'),
  byteLimit: setting(count, 124 * 1024 * 1024, 'Bytes of rows beyond which an answer is refused.'),
  timeoutSeconds: setting(count, 200, 'Seconds after which a query is cancelled.'),
  parseTimeoutSeconds: setting(z.coerce.number().positive(), 10, 'Seconds after which analysing a query is given up.'),
  parsers: setting(z.coerce.number().int().positive(), 2, 'Threads that analyse queries, one query each at a time.'),
  queryProcesses: setting(count, 0, 'Query processes, one query each at a time; 0 = the number of cores, at least 2.'),
  logLevel: setting(
    z.enum(['silent', 'error', 'warn', 'info']),
    'error',
    'What the server logs, as JSON lines on its standard output.',
  ),
  pushBytes: setting(count, 64 * 1024 * 1024, 'Bytes of records that one push over HTTP may have, as they are sent.'),
  kafka: setting(
    z.string(),
    '',
    'Brokers of Kafka that the server reads records from, as HOST:PORT separated by commas; empty = none.',
  ),
  kafkaTopics: setting(z.string(), '', 'Topics that are read, separated by commas.'),
  kafkaGroup: setting(
    z.string().min(1),
    'harrier',
    'The consumer group; several servers of one group share the topics.',
  ),
  kafkaTable: setting(z.string(), '', 'The table of messages that name none; empty = told by their columns.'),
  kafkaTls: setting(z.stringbool().or(z.boolean()), false, 'Reads from Kafka over TLS.'),
  kafkaUser: setting(z.string(), '', 'The user that signs in to Kafka (SASL PLAIN); empty = no sign-in.'),
  kafkaPassword: setting(z.string(), '', 'Its password.'),
  eventHub: setting(
    z.string(),
    '',
    'Connection string of an Event Hub that the server reads records from; it stands for all the settings of kafka but the group and the table.',
  ),
  retention: setting(
    z.string(),
    '',
    'How long telemetry is kept, by whole segments: a timespan such as 365d, others for tables: 365d,DeviceNetworkEvents=90d; empty = for ever.',
  ),
  queryLog: setting(
    z.enum(['off', 'hash', 'text']),
    'text',
    'What the log of queries keeps: nothing, a hash of each text, or the text without its secrets.',
  ),
  queryLogDays: setting(count, 90, 'Days that the log of queries is kept.'),
  externalHosts: setting(
    z.string(),
    '',
    'Hosts that externaldata may read over https, separated by commas (http://HOST:PORT allows plain http); empty = none.',
  ),
  spareProcesses: setting(count, 1, 'Query processes kept in readiness beyond those at work.'),
  queryMemoryMb: setting(count, 4096, 'Memory limit of one query process in MB.'),
  strictBody: setting(
    z.stringbool().or(z.boolean()),
    false,
    'Refuses request bodies that the real service refuses (raw line breaks inside JSON strings).',
  ),
} as const satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof settings
export type Config = { readonly [K in SettingName]: (typeof settings)[K] extends Setting<infer T> ? T : never }

/** `queryMemoryMb` → `HARRIER_QUERY_MEMORY_MB`. */
export const environmentName = (key: string): string => `HARRIER_${key.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`
/** `queryMemoryMb` → `--query-memory-mb`. */
export const flagName = (key: string): string => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`

/** Reads the settings, the first source that has a key wins: flags, environment, file, default. @throws KqlError bad_setting */
export function readConfig(
  flags: Record<string, unknown>,
  environment: NodeJS.ProcessEnv,
  file: Record<string, unknown> = {},
): Config {
  for (const key of Object.keys(file)) {
    if (!(key in settings)) throw new KqlError('bad_setting', { name: key, why: 'there is no such setting' })
  }
  const entries = Object.entries(settings).map(([key, s]) => {
    const given = flags[key] ?? environment[environmentName(key)] ?? file[key]
    if (given === undefined) return [key, s.default]
    const read = s.schema.safeParse(given)
    if (!read.success)
      throw new KqlError('bad_setting', { name: key, why: read.error.issues[0]?.message ?? 'not valid' })
    return [key, read.data]
  })
  return Object.fromEntries(entries) as Config
}
