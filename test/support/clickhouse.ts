/** A real ClickHouse for tests: the server at HARRIER_TEST_CLICKHOUSE_URL, or one that is started in a process of its own. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogOf } from '../../src/catalog/catalog.ts'
import { readConfig } from '../../src/config.ts'
import { sendStore } from '../../src/ingest/send-store.ts'
import { clusterOf } from '../../src/services.ts'

export interface TestClickhouse {
  readonly url: string
  /** Runs a statement. @throws Error with its words */
  command(sql: string): Promise<string>
  close(): void
}

const engine = fileURLToPath(new URL('../clickhouse/engine/', import.meta.url))

/** Where neither is there (chdb has no build for this machine), the tests of ClickHouse are skipped. */
export const hasClickhouse =
  process.env.HARRIER_TEST_CLICKHOUSE_URL !== undefined || existsSync(`${engine}node_modules/chdb`)

export async function startClickhouse(): Promise<TestClickhouse> {
  const given = process.env.HARRIER_TEST_CLICKHOUSE_URL
  const child =
    given === undefined
      ? spawn(process.execPath, [`${engine}server.mjs`], { stdio: ['pipe', 'pipe', 'inherit'] })
      : undefined
  const url =
    given ??
    (await new Promise<string>((resolve, reject) => {
      child!.stdout!.once('data', (line: Buffer) => resolve(line.toString().trim()))
      child!.once('exit', (code) => reject(new Error(`ClickHouse ended with ${code}`)))
    }))
  return {
    url,
    async command(sql) {
      const answer = await fetch(url, { method: 'POST', body: sql })
      const text = await answer.text()
      if (!answer.ok) throw new Error(text)
      return text
    },
    close() {
      child?.kill('SIGKILL')
    },
  }
}

/** Makes all tables in a database and sends it what a store holds. */
export async function fillDatabase(url: string, database: string, store?: string): Promise<void> {
  const cluster = clusterOf(readConfig({ clickhouseUrl: url, clickhouseDatabase: database }, {}))
  try {
    await cluster.init(catalogOf().tables.values())
    if (store !== undefined) await sendStore(store, cluster)
  } finally {
    await cluster.close()
  }
}
