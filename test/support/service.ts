/** A real query service over a store folder, for tests that ask in KQL and look at rows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '../../src/access/principal.ts'
import { readConfig } from '../../src/config.ts'
import { createServices, type Services } from '../../src/services.ts'
import { type Dynamic, parseJson } from '../../src/types/dynamic.ts'

export const nobody: Principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] }

export interface TestService {
  readonly services: Services
  /** Column names and types, and rows as arrays in column order; dynamics as Dynamic. */
  ask(kql: string, principal?: Principal): Promise<{ columns: string[]; rows: Dynamic[][] }>
  /** The same with the sizes that Stats tells. */
  measure(
    kql: string,
    principal?: Principal,
  ): Promise<{ columns: string[]; rows: Dynamic[][]; size: { rows: number; bytes: number } }>
  close(): Promise<void>
}

/** Without a store folder, an empty one. */
export async function startService(
  flags: Record<string, unknown> = {},
  parts?: { readonly optimise?: boolean; readonly constants?: boolean },
): Promise<TestService> {
  const own = flags.store === undefined ? mkdtempSync(join(tmpdir(), 'harrier-test-')) : undefined
  const services = await createServices(readConfig({ store: own, queryProcesses: 2, parsers: 1, ...flags }, {}), parts)
  await services.query.ready()
  const measure: TestService['measure'] = async (kql, principal = nobody) => {
    const signal = new AbortController().signal
    const { columns, answer } = await services.query.run({ text: kql, principal, format: 'plain', signal })
    const chunks: Buffer[] = []
    for await (const chunk of answer.stream()) chunks.push(chunk as Buffer)
    const rows = parseJson(`[${Buffer.concat(chunks).toString()}]`) as ReadonlyMap<string, Dynamic>[]
    return {
      columns: columns.map((c) => `${c.name}:${c.type}`),
      rows: rows.map((r) => columns.map((c) => r.get(c.name) ?? null)),
      size: { rows: answer.rows, bytes: answer.bytes },
    }
  }
  return {
    services,
    measure,
    async ask(kql, principal) {
      const { columns, rows } = await measure(kql, principal)
      return { columns, rows }
    },
    async close() {
      await services.close()
      if (own) rmSync(own, { recursive: true, force: true })
    },
  }
}

/** A value of an example or case beside one of an answer: numbers by value, bags and arrays deeply. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]))
  if (Array.isArray(value)) return value.map(plain)
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  return value
}

/** Times are compared in their full form: the wire leaves out zeros at the end. */
export const fullTime = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)
    ? `${value.slice(0, 19)}.${(/\.(\d+)Z/.exec(value)?.[1] ?? '').padEnd(7, '0')}Z`
    : value
