/** What the browser keeps for the person who hunts: their history, saved queries, open tabs, theme. */
import { useEffect, useState } from 'react'

export interface HistoryEntry {
  readonly query: string
  /** ISO. */
  readonly at: string
  readonly seconds: number
  readonly rows: number
  /** "completed", or what went wrong. */
  readonly state: string
}

export interface SavedQuery {
  readonly name: string
  readonly query: string
}

/** The portal keeps thirty. */
export const HISTORY = 100

/** State that outlives the page. A full or forbidden storage loses it, nothing else. */
export function useStored<T>(name: string, initial: T): [T, (change: (value: T) => T) => void] {
  const key = `harrier-${name}`
  const [value, setValue] = useState<T>(() => {
    try {
      const kept = localStorage.getItem(key)
      return kept === null ? initial : (JSON.parse(kept) as T)
    } catch {
      return initial
    }
  })
  useEffect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(value))
    } catch {
      // Nothing depends on it.
    }
  }, [key, value])
  return [value, setValue]
}
