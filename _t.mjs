import { readConfig } from './dist/config.js'
import { createServices } from './dist/services.js'
const em = await createServices(readConfig({ store: '/tmp/long/store20', lookback: 'unlimited', queryProcesses: 1, spareProcesses: 0, timeoutSeconds: 600 }, {}))
const principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] }
for (const text of ["DeviceProcessEvents | where ProcessCommandLine has 'n777777' | project Timestamp, DeviceName, ProcessCommandLine", "DeviceProcessEvents | where FileName == 'cmd.exe' and ProcessId < 100", "DeviceProcessEvents | where FileName =~ 'cmd.exe' | top 100 by Timestamp", "DeviceProcessEvents | top 100 by Timestamp", 'DeviceProcessEvents | project Timestamp, FileName, DeviceName | top 100 by Timestamp desc'])
 for (let i = 0; i < 2; i++) { const t = performance.now(); const a = await em.query.run({ text, principal, format: 'plain', signal: new AbortController().signal }); console.log(a.answer.rows, (performance.now() - t).toFixed(0), JSON.stringify(a.answer.stats), text.slice(0, 90)); await a.answer.dispose() }
process.exit(0)
