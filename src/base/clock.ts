/** The clock: the machine's, or fixed for reproducible runs. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
export const fixedClock = (milliseconds: number): Clock => ({ now: () => milliseconds })
