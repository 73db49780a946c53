/** What an empty tab offers: hunts to begin with. */
import type { Session } from '../api/api.ts'

interface WelcomeProps {
  readonly session: Session
  readonly onOpen: (query: string, name?: string) => void
}

export function Welcome({ session, onOpen }: WelcomeProps) {
  return (
    // It scrolls
    <div className="welcome" tabIndex={0}>
      <h2>Hunts to begin with</h2>
      <p>
        Each finds something in the demo data. Shift+Enter runs a query; right-click a value to filter by it;
        double-click a row to look into it.
      </p>
      <ul className="examples">
        {session.examples.map((e) => (
          <li key={e.name}>
            <button type="button" onClick={() => onOpen(e.query, e.name)}>
              <b>{e.name}</b>
              <small>{e.description}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
