/** The server's HTTP API as the page uses it. */
import { type Row, readRows } from './rows-reader.ts'

export interface Session {
  readonly signIn: { readonly kind: 'off' | 'token' } | { readonly kind: 'local'; readonly tenant: string }
  readonly version: string
  readonly examples: readonly Example[]
}

export interface Example {
  readonly name: string
  readonly description: string
  readonly query: string
}

export interface Column {
  readonly name: string
  readonly type: string
}

export interface TableInfo {
  readonly name: string
  readonly columns: readonly Column[]
  readonly custom: boolean
  readonly rows?: number
  readonly from?: string
  readonly to?: string
}

export interface Schema {
  readonly tables: readonly TableInfo[]
  readonly administrator: boolean
}

export interface Problem {
  readonly message: string
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly length: number
}

export interface AnswerHead {
  readonly columns: readonly Column[]
  readonly rowCount: number
  readonly bytes: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMemory: number
  readonly visualization: Readonly<Record<string, string | readonly string[]>> | null
  readonly notes: readonly string[]
}

interface Window {
  readonly period: string
  readonly used: number
  readonly limit: number
}
export interface Quotas {
  readonly calls?: readonly Window[]
  readonly running?: readonly Window[]
}

export interface Policy {
  readonly roles?: readonly {
    name: string
    members: readonly string[]
    workloads: readonly string[]
    viewData?: boolean
    administrator?: boolean
  }[]
  readonly deviceGroups?: readonly {
    name: string
    rules: Readonly<Record<string, readonly string[]>>
    assignedTo?: readonly string[]
  }[]
}

export interface Pushed {
  readonly added: number
  readonly repeated: number
  readonly rejected: number
  readonly firstRejected?: { readonly line: number; readonly reason: string }
}

export class ApiError extends Error {
  readonly status: number
  readonly at: Problem | undefined
  constructor(status: number, message: string, at?: Problem) {
    super(message)
    this.status = status
    this.at = at
  }
}

let token: string | undefined
export const setToken = (value: string | undefined): void => {
  token = value
}

/** On the server's own machine packing costs more than what it saves (see @fastify/compress). */
const UNPACKED = /^(?:localhost|127\.|\[::1\])/.test(location.hostname) ? { 'x-no-compression': '1' } : {}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    ...UNPACKED,
    ...(token && { authorization: `Bearer ${token}` }),
    'content-type': 'application/json',
  }
  const response = await fetch(path, { ...init, headers })
  if (response.ok) return response
  const body = (await response.json().catch(() => ({}))) as { error?: { message?: string; at?: Problem } }
  throw new ApiError(response.status, body.error?.message || `The server answered ${response.status}.`, body.error?.at)
}

const json = async <T>(path: string, init?: RequestInit): Promise<T> => (await (await call(path, init)).json()) as T
const post = (body: unknown, signal?: AbortSignal): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  ...(signal && { signal }),
})

export interface Asked {
  readonly query: string
  readonly from?: string
  readonly to?: string
}

export const api = {
  session: () => json<Session>('/api/portal/session'),
  schema: () => json<Schema>('/api/portal/schema'),
  access: () => json<Policy>('/api/portal/access'),
  quotas: () => json<Quotas>('/api/portal/quotas'),
  check: async (query: string) => (await json<{ problems: Problem[] }>('/api/portal/check', post({ query }))).problems,
  async run(
    asked: Asked,
    signal: AbortSignal,
    head: (head: AnswerHead) => void,
    rows: (rows: Row[]) => void | Promise<void>,
  ) {
    const response = await call('/api/portal/query', post(asked, signal))
    const rest = await readRows(response.body!, head, rows)
    if (rest === undefined) return
    const { error } = JSON.parse(rest) as { error: { message: string; at?: Problem } }
    throw new ApiError(400, error.message, error.at)
  },
  /** All rows of a small answer. */
  async rows(query: string): Promise<Row[]> {
    const all: Row[] = []
    await this.run(
      { query },
      new AbortController().signal,
      () => {},
      (rows) => void all.push(...rows),
    )
    return all
  },
  push: (table: string, file: Blob) =>
    json<Pushed>(`/api/ingest/${encodeURIComponent(table)}`, { method: 'POST', body: file }),
}
