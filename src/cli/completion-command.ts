import { Argument, type Command } from 'commander'
import { printOut } from './write-output.ts'

/** `holdfast completion bash|zsh|fish`: made from the commands themselves, so it is never behind. */
export function registerCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExample:\n  holdfast completion bash > /etc/bash_completion.d/holdfast',
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const words = completionWords(program)
      await printOut(shell === 'bash' ? bash(words) : shell === 'zsh' ? zsh(words) : fish(words))
    })
}

interface CommandWords {
  /** `audit`, `audit diff`; '' is the program itself. */
  readonly path: string
  readonly words: readonly string[]
}

function completionWords(command: Command, above: readonly string[] = []): readonly CommandWords[] {
  const own: CommandWords = {
    path: above.join(' '),
    words: [
      ...command.commands.map((sub) => sub.name()),
      ...command.options
        .flatMap((option) => [option.long, option.short])
        .filter((one) => typeof one === 'string'),
      ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    ],
  }
  return [own, ...command.commands.flatMap((sub) => completionWords(sub, [...above, sub.name()]))]
}

function bash(all: readonly CommandWords[]): string {
  const cases = all
    .map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`)
    .join('\n')
  return `_holdfast() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${commandPaths(all)} " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac ;; esac
  done
  case "\${path//\\// }" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -o filenames -F _holdfast holdfast
`
}

function commandPaths(all: readonly CommandWords[]): string {
  return all
    .map(({ path }) => path.replaceAll(' ', '/'))
    .filter((path) => path !== '')
    .join(' ')
}

function zsh(all: readonly CommandWords[]): string {
  return `#compdef holdfast
autoload -U +X bashcompinit && bashcompinit
${bash(all)}`
}

function fish(all: readonly CommandWords[]): string {
  return all
    .flatMap(({ path, words }) => {
      const condition =
        path === ''
          ? '__fish_use_subcommand'
          : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`
      return words.map((word) =>
        word.startsWith('--')
          ? `complete -c holdfast -n '${condition}' -l ${word.slice(2)}`
          : word.startsWith('-')
            ? `complete -c holdfast -n '${condition}' -s ${word.slice(1)}`
            : `complete -c holdfast -n '${condition}' -a ${word}`,
      )
    })
    .join('\n')
    .concat('\n')
}
