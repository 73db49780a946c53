/** The command line: the table of commands, and how an error reaches a person. */
import { Command, CommanderError } from 'commander'
import { KqlError } from '../base/errors.ts'
import { version } from '../base/version.ts'
import { accessCommand } from './commands/access.ts'
import { clickhouseCommand } from './commands/clickhouse.ts'
import { clientCommand } from './commands/client.ts'
import { completionCommand } from './commands/completion.ts'
import { coverageCommand } from './commands/coverage.ts'
import { demoCommand } from './commands/demo.ts'
import { explainCommand } from './commands/explain.ts'
import { ingestCommand } from './commands/ingest.ts'
import { keysCommand } from './commands/keys.ts'
import { queryCommand } from './commands/query.ts'
import { serveCommand } from './commands/serve.ts'
import { shellCommand } from './commands/shell.ts'
import { startCommand } from './commands/start.ts'
import { storeCommand } from './commands/store.ts'
import { tokenCommand } from './commands/token.ts'
import { userCommand } from './commands/user.ts'

const COMMANDS = [
  startCommand,
  serveCommand,
  demoCommand,
  ingestCommand,
  queryCommand,
  shellCommand,
  explainCommand,
  coverageCommand,
  tokenCommand,
  clientCommand,
  userCommand,
  clickhouseCommand,
  keysCommand,
  accessCommand,
  storeCommand,
  completionCommand,
]

/** Exit status: 0 all went well, 1 it did not, 2 the words of the call are wrong. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('harrier')
    .description('Advanced hunting on your own data.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(harrier --help lists the commands)')
  let status = 0
  for (const make of COMMANDS) {
    program.addCommand(
      make((code) => {
        status = code
      }).exitOverride(),
    )
  }
  try {
    await program.parseAsync(argv)
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof KqlError) console.error(`harrier: ${error.message}`)
    else console.error(error)
    return 1
  }
}
