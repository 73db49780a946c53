/**
 * How often a test that samples tries: some in `npm test`, many in `npm run test:long`, or as HARRIER_FUZZ_RUNS says. The long runs
 * and what they last showed are listed in CONTRIBUTING.md.
 */
export const isLong = process.env.HARRIER_LONG !== undefined

export const runs = (usual: number, long: number): number =>
  Number(process.env.HARRIER_FUZZ_RUNS ?? (isLong ? long : usual))
