/** Roles and device groups as the file of the administrator has them. */
import { useEffect, useState } from 'react'
import { api, type Policy } from '../api/api.ts'
import { Sheet } from './sheet.tsx'

export function Access() {
  const [policy, setPolicy] = useState<Policy>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    api.access().then(setPolicy, (error: Error) => setProblem(error.message))
  }, [])
  if (problem) return <p role="alert">{problem}</p>
  const { roles = [], deviceGroups = [] } = policy ?? {}
  return (
    <section className="page" aria-label="Access">
      <h2>Who sees what</h2>
      {policy && roles.length === 0 && deviceGroups.length === 0 && (
        <p>
          Nobody is restricted: everyone who may call sees all tables and devices. The setting <code>access</code> names
          a file of roles and device groups.
        </p>
      )}
      {roles.length > 0 && (
        <>
          <h3>Roles</h3>
          <Sheet heads={['Role', 'Members', 'Workloads', 'Administrator']}>
            {roles.map((r) => (
              <tr key={r.name}>
                <td>{r.name}</td>
                <td>{r.members.join(', ')}</td>
                <td>{r.viewData === false ? 'none: may not view data' : r.workloads.join(', ')}</td>
                <td>{r.administrator ? 'yes' : ''}</td>
              </tr>
            ))}
          </Sheet>
        </>
      )}
      {deviceGroups.length > 0 && (
        <>
          <h3>Device groups, by rank</h3>
          <Sheet heads={['Group', 'Devices', 'Seen by']}>
            {deviceGroups.map((g) => (
              <tr key={g.name}>
                <td>{g.name}</td>
                <td>
                  {Object.entries(g.rules)
                    .map(([property, patterns]) => `${property}: ${patterns.join(', ')}`)
                    .join('; ')}
                </td>
                <td>{g.assignedTo?.join(', ') ?? 'everyone'}</td>
              </tr>
            ))}
          </Sheet>
        </>
      )}
    </section>
  )
}
