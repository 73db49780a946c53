/** Finds the compiled file of a worker or child process, from sources under test and from the built package alike. */
import { fileURLToPath } from 'node:url'

/** Absolute path of `dist/<module>.js`, where `module` is relative to `src/`, for example `kusto/worker`. */
export function entryPath(module: string): string {
  const base = import.meta.url.includes('/dist/') ? '../' : '../../dist/'
  return fileURLToPath(new URL(`${base}${module}.js`, import.meta.url))
}
