// A real ClickHouse in a process of its own, answering over HTTP as a server does as far as the official client asks: chdb, whose
// engine this is, has no HTTP interface. One query at a time. Prints its address. An argument is the folder of its data.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'

const client = createClient({ connection: createChdbConnection({ path: process.argv[2] ?? ':memory:' }) })
/** What the client says about itself and the transport. */
const NO_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'session_id',
  'role',
  'wait_end_of_query',
  'default_format',
])
/** What the last query left set is no one else's. */
const SET_ANEW = {
  max_execution_time: '0',
  max_memory_usage: '0',
  max_result_rows: '0',
  result_overflow_mode: 'throw',
  insert_deduplication_token: '',
}

async function answer(request) {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname === '/ping') return Buffer.from('Ok.\n')
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const inUrl = url.searchParams.get('query')
  const query = inUrl ?? body.toString()
  const settings = { ...SET_ANEW }
  const query_params = {}
  for (const [key, value] of url.searchParams) {
    if (key.startsWith('param_')) query_params[key.slice(6)] = value
    else if (!NO_SETTINGS.has(key)) settings[key] = value
  }
  // There is nothing to kill: a cancelled query ends by its own time limit.
  if (/^KILL QUERY/.test(query)) return Buffer.alloc(0)
  if (inUrl !== null && body.length > 0) {
    // Rows that follow a statement lie in a file here.
    const folder = mkdtempSync(join(tmpdir(), 'harrier-chdb-'))
    const file = join(folder, 'rows')
    writeFileSync(file, body)
    try {
      const [, into, structure, format] = /^([\s\S]*) FROM input\(('(?:[^'\\]|\\.)*')\) FORMAT (\w+)$/.exec(query)
      const { stream } = await client.exec({
        query: `${into} FROM file('${file}', '${format}', ${structure})`,
        clickhouse_settings: settings,
      })
      for await (const _ of stream);
    } finally {
      rmSync(folder, { recursive: true })
    }
    return Buffer.alloc(0)
  }
  const { stream } = await client.exec({ query, clickhouse_settings: settings, query_params })
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

let turn = Promise.resolve()
const server = createServer((request, response) => {
  turn = turn.then(async () => {
    try {
      const bytes = await answer(request)
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    } catch (error) {
      // What a failed query had begun to write would stand before the next answer.
      await client.exec({ query: 'SELECT 1' }).catch(() => {})
      const text = `Code: ${error.code ?? 1}. DB::Exception: ${error.message} (${error.type ?? 'UNKNOWN'})`
      response.writeHead(500, { 'x-clickhouse-exception-code': String(error.code ?? 1) }).end(text)
    }
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
// Whoever started it has gone.
process.stdin.on('end', () => process.exit(0)).resume()
