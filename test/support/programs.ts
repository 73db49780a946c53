/** Programs of the machine that some tests run: whether they are there, and Debian's package of one where that can be installed. */
import { execFileSync } from 'node:child_process'

export function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Installs a package of Debian's when its program is missing and this is root on Debian. Gives whether the program is there. */
export function install(program: string, debianPackage: string): boolean {
  if (isInstalled(program)) return true
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) return false
  try {
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
    execFileSync('apt-get', ['update'], quiet)
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], quiet)
  } catch {
    return false
  }
  return isInstalled(program)
}
