import { openDatabase } from './dist/backends/duckdb/database.js'
import { natives } from './dist/functions/index.js'
import { openStore } from './dist/store/store.js'
import { duckdbDialect } from './dist/backends/duckdb/dialect.js'
const store = '/tmp/long/store20'
const inst = await openDatabase({ memoryMb: 8192, readable: [store], temporary: '/tmp/s/dtmp' }, natives)
const c = await inst.connect()
const T = `read_parquet([${openStore(store).snapshot().segments('DeviceProcessEvents').map((s) => `'${s.path}'`)}])`
const P = `SELECT c1 AS c70, c3 AS c71, c18 AS c72 FROM (SELECT (epoch_ns("Timestamp") // 100 + 621355968000000000) AS c1, "DeviceName" AS c3, "ProcessCommandLine" AS c18 FROM ${T}) WHERE contains(lower(c18), 'n777777')`
const run = async (name, sql) => { const t = performance.now(), u = process.cpuUsage(); const p = await c.prepare(sql); const r = await p.stream(); let rows = 0; for (;;) { const ch = await r.fetchChunk(); if (!ch || ch.columnCount === 0 || ch.rowCount === 0) break; rows += ch.rowCount } const d = process.cpuUsage(u); console.log(name, rows, (performance.now() - t).toFixed(0), 'cpu', ((d.user + d.system) / 1000).toFixed(0)) }
for (let k = 0; k < 2; k++) {
await run('limit+sentinel', `SELECT to_json({a: c70, b: c72})::VARCHAR FROM (${P} LIMIT 100000) UNION ALL SELECT NULL`)
await run('sentinel', `SELECT to_json({a: c70, b: c72})::VARCHAR FROM (${P}) UNION ALL SELECT NULL`)
await run('plain', `SELECT to_json({a: c70, b: c72})::VARCHAR FROM (${P})`)
await run('limit 10000', `SELECT to_json({a: c70, b: c72})::VARCHAR FROM (${P} LIMIT 10000) UNION ALL SELECT NULL`)
await run('limit 9999', `SELECT to_json({a: c70, b: c72})::VARCHAR FROM (${P} LIMIT 9999) UNION ALL SELECT NULL`)
}
process.exit(0)
