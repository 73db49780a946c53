import { readConfig } from './dist/config.js'
import { createServices } from './dist/services.js'
import { hunts } from './bench/engines/hunts.mjs'
const url = process.env.HARRIER_TEST_CLICKHOUSE_URL
const flags = { store: '/tmp/long/store20', lookback: 'unlimited', queryProcesses: 1, spareProcesses: 0 }
const em = await createServices(readConfig(flags, {}))
const re = await createServices(readConfig({ ...flags, engine: 'clickhouse', clickhouseUrl: url, clickhouseDatabase: 'harrier_bench' }, {}))
const principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] }
for (const h of hunts('2026-01-20')) { if (!process.argv.slice(2).includes(h.name)) continue
 const text = h.kql.replace(/\bT\b/g, 'DeviceProcessEvents')
 console.log('=====', h.name, text); console.log((await em.query.explain({ text, principal })).sql); console.log((await re.query.explain({ text, principal })).sql) }
process.exit(0)
