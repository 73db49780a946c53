/** What is used of the caller's quotas. */
import { ProgressBar } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { api, type Quotas } from '../api/api.ts'
import { Sheet } from './sheet.tsx'

export function Usage() {
  const [quotas, setQuotas] = useState<Quotas>()
  useEffect(() => {
    const look = () => void api.quotas().then(setQuotas, () => setQuotas({}))
    look()
    const timer = setInterval(look, 5000)
    return () => clearInterval(timer)
  }, [])
  const windows = [
    ...(quotas?.calls ?? []).map((w) => ({ ...w, what: 'calls' })),
    ...(quotas?.running ?? []).map((w) => ({ ...w, what: 'seconds of running time' })),
  ]
  return (
    <section className="page" aria-label="Usage">
      <h2>Your quotas</h2>
      {quotas && windows.length === 0 && <p>Nobody is counted on this server.</p>}
      {windows.length > 0 && (
        <Sheet heads={['Within', 'Used', 'Of', 'Share']}>
          {windows.map((w) => (
            <tr key={w.what + w.period}>
              <td>{w.period}</td>
              <td>
                {Math.round(w.used).toLocaleString()} {w.what}
              </td>
              <td>{w.limit.toLocaleString()}</td>
              <td style={{ width: 200 }}>
                <ProgressBar value={w.used} max={w.limit} aria-label={`${w.what} within ${w.period}`} />
              </td>
            </tr>
          ))}
        </Sheet>
      )}
    </section>
  )
}
