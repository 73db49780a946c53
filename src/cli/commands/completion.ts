/** `harrier completion`: a script with which a shell completes commands and options. */
import { Argument, Command } from 'commander'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export function completionCommand(): Command {
  const command = new Command('completion')
    .description('Prints a script with which your shell completes commands and options.')
    .addArgument(new Argument('<shell>', 'The shell.').choices(SHELLS))
    .addHelpText('after', '\nExample:\n  harrier completion bash > ~/.local/share/bash-completion/completions/harrier')
  return command.action((shell: (typeof SHELLS)[number]) => console.log(scripts[shell](commandsOf(command.parent!))))
}

interface Words {
  readonly path: string
  readonly words: readonly string[]
}

/** Of each command, by its path from `harrier`: its subcommands and options. */
function commandsOf(program: Command): readonly Words[] {
  const all: Words[] = []
  const visit = (command: Command, path: string) => {
    const subcommands = command.commands.map((c) => c.name())
    const options = command.options.flatMap((o) => (o.long ? [o.long] : []))
    all.push({ path, words: [...subcommands, ...options, '--help'] })
    for (const c of command.commands) visit(c, path === '' ? c.name() : `${path} ${c.name()}`)
  }
  visit(program, '')
  return all
}

const scripts: Record<(typeof SHELLS)[number], (commands: readonly Words[]) => string> = {
  bash: (commands) => `_harrier() {
  local path="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [[ "$word" == -* ]] && break
    path="\${path:+$path }$word"
  done
  local words=""
  case "$path" in
${commands.map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _harrier harrier`,
  zsh: (commands) => `#compdef harrier
autoload -U +X bashcompinit && bashcompinit
${scripts.bash(commands)}`,
  fish: (commands) =>
    commands
      .flatMap(({ path, words }) =>
        words.map((word) => {
          const when = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`
          const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
          return `complete -c harrier -n "${when}" ${what}`
        }),
      )
      .join('\n'),
}
