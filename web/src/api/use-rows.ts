/** The rows of a small query, for what shows them. */
import { useEffect, useState } from 'react'
import { api } from './api.ts'
import type { Row } from './rows-reader.ts'

/** Rows of a query, asked while the component that wants them is there. */
export function useRows(query: string): { readonly rows?: Row[]; readonly error?: string } {
  const [state, setState] = useState<{ rows?: Row[]; error?: string }>({})
  useEffect(() => {
    let left = false
    setState({})
    api.rows(query).then(
      (rows) => left || setState({ rows }),
      (error: Error) => left || setState({ error: error.message }),
    )
    return () => {
      left = true
    }
  }, [query])
  return state
}
