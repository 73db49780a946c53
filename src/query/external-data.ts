/** Documents that `externaldata` names become rows in the plan: only from allowed hosts, of bounded size, never from files. */
import { extname } from 'node:path/posix'
import { gunzipSync } from 'node:zlib'
import { fromBufferPromise } from 'yauzl'
import { KqlError } from '../base/errors.ts'
import type { Span } from '../base/span.ts'
import { literal } from '../plan/expr.ts'
import { type ExternalSource, replaceExternal } from '../plan/external.ts'
import type { Plan } from '../plan/nodes.ts'
import { type Dynamic, printJson } from '../types/dynamic.ts'
import { rowsOfDocument } from './external-formats.ts'

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
      const { url, documents } = await fetched(uri, fail, signal)
      const extension = extname(url.pathname.replace(/\.(?:gz|zip)$/i, ''))
        .slice(1)
        .toLowerCase()
      for (const document of documents)
        for (const row of await rowsOfDocument(document, extension, source, fail)) rows.push(row)
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
      return { url, documents: await unpacked(bytes, fail) }
    }
    throw fail(`more than ${MAX_REDIRECTS} redirects`)
  }

  function allowedUrl(uri: string, fail: (why: string) => KqlError): URL {
    if (!URL.canParse(uri)) throw fail('this is no address')
    const identity = /;\s*(impersonate|managed_identity|prompt|token)\b/i.exec(uri)
    if (identity) throw fail(`the authentication '${identity[1]}' is not supported`)
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

/** The documents that are packed as gzip or zip; of a zip, all of its files. */
async function unpacked(bytes: Buffer, fail: (why: string) => KqlError): Promise<Buffer[]> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      return [gunzipSync(bytes, { maxOutputLength: MAX_BYTES })]
    } catch {
      throw fail(`it is no whole gzip file of at most ${MAX_BYTES} bytes`)
    }
  }
  return bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04' ? unzipped(bytes, fail) : [bytes]
}

async function unzipped(bytes: Buffer, fail: (why: string) => KqlError): Promise<Buffer[]> {
  const documents: Buffer[] = []
  let size = 0
  try {
    const zip = await fromBufferPromise(bytes)
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      const blocks: Buffer[] = []
      for await (const block of await zip.openReadStreamPromise(entry)) {
        size += (block as Buffer).length
        if (size > MAX_BYTES) throw new Error('too large')
        blocks.push(block as Buffer)
      }
      documents.push(Buffer.concat(blocks))
    }
  } catch {
    throw fail(`it is no whole zip file of at most ${MAX_BYTES} bytes`)
  }
  return documents
}

/** Signed addresses carry a key behind the question mark. */
const withoutSecrets = (uri: string): string => uri.replace(/[?;].*$/s, '')
