/** Files dropped on the page go to the server one after the other; what became of each is said. */
import { Button, Select } from '@fluentui/react-components'
import { useRef, useState } from 'react'
import { api, type Pushed, type TableInfo } from '../api/api.ts'
import { Sheet } from './sheet.tsx'

interface Upload {
  readonly name: string
  readonly state: 'waiting' | 'sending' | 'done' | 'failed'
  readonly pushed?: Pushed
  readonly problem?: string
}

export function Ingest({
  tables,
  onDone,
}: {
  readonly tables: readonly TableInfo[]
  readonly onDone: () => Promise<void>
}) {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const [table, setTable] = useState('')
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  const send = async (files: readonly File[]) => {
    const first = uploads.length
    setUploads((all) => [...all, ...files.map((f) => ({ name: f.name, state: 'waiting' as const }))])
    const say = (i: number, change: Partial<Upload>) =>
      setUploads((all) => all.map((u, at) => (at === first + i ? { ...u, ...change } : u)))
    for (const [i, file] of files.entries()) {
      const named = tables.find((t) => file.name.toLowerCase().startsWith(t.name.toLowerCase()))
      const target = table || named?.name
      if (!target) {
        say(i, { state: 'failed', problem: 'Its name is not that of a table: choose one above.' })
        continue
      }
      say(i, { state: 'sending' })
      try {
        say(i, { state: 'done', pushed: await api.push(target, file) })
      } catch (error) {
        say(i, { state: 'failed', problem: (error as Error).message })
      }
    }
    await onDone()
  }

  return (
    <section className="page" aria-label="Ingest">
      <h2>Bring telemetry</h2>
      <p>
        Exports of Defender, Sysmon and Windows events, JSON, NDJSON, CSV and event XML, also packed with gzip. Larger
        files and folders: <code>harrier ingest</code>.
      </p>
      <p>
        <label htmlFor="table">
          Table of rows that do not name one{' '}
          <Select id="table" value={table} onChange={(_, { value }) => setTable(value)}>
            <option value="">by the name of the file</option>
            {tables.map((t) => (
              <option key={t.name}>{t.name}</option>
            ))}
          </Select>
        </label>
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard */}
      <div
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void send([...event.dataTransfer.files])
        }}
      >
        <p>Drop files here, or</p>
        <Button appearance="primary" onClick={() => input.current?.click()}>
          choose files
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files"
          onChange={(event) => void send([...(event.target.files ?? [])])}
        />
      </div>
      {uploads.length > 0 && (
        <Sheet heads={['File', 'Added', 'Repeated', 'Rejected', 'State']}>
          {uploads.map((u, i) => (
            // Files are only added at the end
            <tr key={i}>
              <td>{u.name}</td>
              <td>{u.pushed?.added.toLocaleString() ?? ''}</td>
              <td>{u.pushed?.repeated.toLocaleString() ?? ''}</td>
              <td>{u.pushed?.rejected.toLocaleString() ?? ''}</td>
              <td>
                {u.problem ?? u.state}
                {u.pushed?.firstRejected && ` – line ${u.pushed.firstRejected.line}: ${u.pushed.firstRejected.reason}`}
              </td>
            </tr>
          ))}
        </Sheet>
      )}
    </section>
  )
}
