/** Documents that `externaldata` names become rows in the plan: only from allowed hosts, of bounded size, never from files. */
import { extname } from 'node:path/posix'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { KqlError } from '../base/errors.ts'
import type { Span } from '../base/span.ts'
import { literal } from '../plan/expr.ts'
import { type ExternalSource, replaceExternal } from '../plan/external.ts'
import type { NamedType, Plan } from '../plan/nodes.ts'
import { type Dynamic, isArray, isBag, parseJson, printJson, textOf } from '../types/dynamic.ts'

const MAX_BYTES = 32 * 1024 * 1024
const MAX_REDIRECTS = 5
const TIMEOUT_SECONDS = 30

/** Gives a plan in which every source is its rows. @throws KqlError external_data, client_gone */
export type ReadExternalData = (plan: Plan, signal: AbortSignal) => Promise<Plan>

/** `hosts`: as the setting externalHosts lists them. */
export function createExternalData(hosts: string): ReadExternalData {
  const allowed = new Set(
    hosts
      .split(',')
      .map((h) => h.trim().toLowerCase())
      .filter((h) => h !== '')
      .map((h) => (/^https?:\/\//.test(h) ? h : `https://${h}`)),
  )

  return async (plan, signal) => {
    const sources = new Map<string, { source: ExternalSource; span: Span | undefined }>()
    replaceExternal(plan, (e, source) => {
      sources.set(JSON.stringify(source), { source, span: e.kind === 'call' ? e.span : undefined })
      return e
    })
    if (sources.size === 0) return plan
    const rows = new Map<string, string>()
    for (const [key, { source, span }] of sources) rows.set(key, await rowsOf(source, span, signal))
    return replaceExternal(plan, (_, source) => literal('dynamic', rows.get(JSON.stringify(source))!))
  }

  /** All rows as JSON text: an array of arrays. */
  async function rowsOf(source: ExternalSource, span: Span | undefined, signal: AbortSignal): Promise<string> {
    const rows: Dynamic[] = []
    for (const uri of source.uris) {
      const fail = (why: string) => new KqlError('external_data', { uri: withoutSecrets(uri), why }, span)
      const { url, bytes } = await fetched(uri, fail, signal)
      for (const row of read(bytes, url, source, fail)) rows.push(row)
    }
    return printJson(rows)
  }

  async function fetched(uri: string, fail: (why: string) => KqlError, signal: AbortSignal) {
    let url = allowedUrl(uri, fail)
    for (let i = 0; i <= MAX_REDIRECTS; i++) {
      const patience = AbortSignal.timeout(TIMEOUT_SECONDS * 1000)
      const failed = (error: Error) => {
        if (signal.aborted) return new KqlError('client_gone', {})
        if (patience.aborted) return fail(`the host took longer than ${TIMEOUT_SECONDS} s`)
        return error instanceof KqlError
          ? error
          : fail(error.cause instanceof Error ? error.cause.message : error.message)
      }
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, patience]) }).catch(
        (error: Error) => {
          throw failed(error)
        },
      )
      const location = response.headers.get('location')
      if (response.status >= 300 && response.status < 400 && location) {
        await response.body?.cancel()
        url = allowedUrl(new URL(location, url).href, fail)
        continue
      }
      if (!response.ok) throw fail(`the host answers ${response.status}`)
      const bytes = await bounded(response, fail).catch((error: Error) => {
        throw failed(error)
      })
      return { url, bytes: bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes, fail) : bytes }
    }
    throw fail(`more than ${MAX_REDIRECTS} redirects`)
  }

  function allowedUrl(uri: string, fail: (why: string) => KqlError): URL {
    if (!URL.canParse(uri)) throw fail('this is no address')
    const url = new URL(uri)
    if (url.username || url.password) throw fail('the address holds a password')
    if (!allowed.has(`${url.protocol}//${url.host}`.toLowerCase()))
      throw fail(`the host ${url.host} is not among those that the setting externalHosts allows over ${url.protocol}`)
    return url
  }
}

async function bounded(response: Response, fail: (why: string) => KqlError): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw fail(`it is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function unpacked(bytes: Buffer, fail: (why: string) => KqlError): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch {
    throw fail(`it is no whole gzip file of at most ${MAX_BYTES} bytes`)
  }
}

/** Signed addresses carry a key behind the question mark. */
const withoutSecrets = (uri: string): string => uri.replace(/[?;].*$/s, '')

const DELIMITERS: Readonly<Record<string, string>> = {
  csv: ',',
  tsv: '\t',
  tsve: '\t',
  psv: '|',
  scsv: ';',
  sohsv: '\u0001',
}

function* read(bytes: Buffer, url: URL, source: ExternalSource, fail: (why: string) => KqlError): Generator<Dynamic> {
  const extension = extname(url.pathname.replace(/\.gz$/i, '')).slice(1).toLowerCase()
  const known = extension in DELIMITERS || ['txt', 'raw', 'json', 'multijson'].includes(extension)
  const format = source.format ?? (known ? extension : 'csv')
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  const delimiter = DELIMITERS[format]
  const { columns, ignoreFirstRecord } = source
  if (delimiter !== undefined) {
    try {
      const options = { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }
      const records = parse(text, { ...options, from: ignoreFirstRecord ? 2 : 1 }) as string[][]
      for (const record of records) yield columns.map((c, i) => cellOf(record[i], c))
    } catch (error) {
      throw fail(error instanceof Error ? error.message : 'it is no table')
    }
  } else if (format === 'txt') {
    for (const line of text.split(/\r?\n/).slice(ignoreFirstRecord ? 1 : 0)) if (line !== '') yield [line]
  } else if (format === 'raw') yield [text]
  else if (format === 'json' || format === 'multijson') {
    for (const record of jsonRecords(text, fail))
      yield columns.map((c) => (isBag(record) ? propertyOf(record.get(c.name), c) : null))
  } else throw fail(`the format '${format}' is not supported`)
}

/** One document, an array of them, or one a line. */
function jsonRecords(text: string, fail: (why: string) => KqlError): readonly Dynamic[] {
  const whole = parseJson(text)
  if (whole !== undefined) return isArray(whole) ? whole : [whole]
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return []
    const record = parseJson(line)
    if (record === undefined) throw fail(`line ${i + 1} is no JSON`)
    return [record]
  })
}

/** The text of a cell; the plan converts it to the column's type. */
function cellOf(cell: string | undefined, { type }: NamedType): Dynamic {
  if (cell === undefined || (cell === '' && type !== 'string')) return null
  return type === 'dynamic' ? (parseJson(cell) ?? cell) : cell
}

const propertyOf = (value: Dynamic | undefined, { type }: NamedType): Dynamic =>
  value === undefined || value === null || type === 'dynamic' ? (value ?? null) : textOf(value)
