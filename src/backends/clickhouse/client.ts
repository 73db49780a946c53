/** The official client, as the settings have it. */
import { readFileSync } from 'node:fs'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'

export interface ClickhouseAddress {
  readonly clickhouseUrl: string
  readonly clickhouseUser: string
  readonly clickhousePassword: string
  readonly clickhouseCa: string
}

export const clickhouseClient = (address: ClickhouseAddress): ClickHouseClient =>
  createClient({
    url: address.clickhouseUrl,
    username: address.clickhouseUser,
    password: address.clickhousePassword,
    application: 'harrier',
    // Its words quote statements and rows; what is to be known of a failure goes to the engine's own log.
    log: { level: ClickHouseLogLevel.OFF },
    // The longest query, and some.
    request_timeout: 15 * 60 * 1000,
    // So that nothing between here and there takes a long query for an idle connection.
    clickhouse_settings: { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '20000' },
    compression: { response: false, request: false },
    ...(address.clickhouseCa !== '' && { tls: { ca_cert: readFileSync(address.clickhouseCa) } }),
  })
