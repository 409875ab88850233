import { type Command, InvalidArgumentError, Option } from 'commander'
import { collect } from './collect.ts'
import { addDirective, liftDirective, reviewDirective } from './directive-change.ts'
import { checkDirectiveFile } from './directive-check.ts'
import { listDirectives } from './directive-list.ts'
import { showDirective } from './directive-show.ts'
import { testDirective } from './directive-test.ts'

const configHelp = 'holdfast.yaml beside which `directives/` lies (default: holdfast.yaml)'

/** Adds `holdfast directive`: list, show, check, test, add, lift, review. */
export function registerDirectiveCommands(program: Command): void {
  const directive = program
    .command('directive')
    .description('orders that forbid or condition the use of models: read, check, add, lift')
  addReading(directive)
  addChecking(directive)
  addChanging(directive)
}

function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')
}

function addReading(directive: Command): void {
  directive
    .command('list')
    .description('every directive that ships or lies in directives/, and how it stands')
    .option('-c, --config <file>', configHelp)
    .addOption(formatOption())
    .option('--at <instant>', 'how they stand at this instant, with its zone (default: now)')
    .addHelpText('after', '\nExample:\n  holdfast directive list')
    .action(listDirectives)
  directive
    .command('show')
    .description('one directive: whom it concerns, what it spares, its history and its source')
    .argument('<id>', 'id of a directive, or a file')
    .option('-c, --config <file>', configHelp)
    .addOption(formatOption())
    .option('--at <instant>', 'how it stands at this instant, with its zone (default: now)')
    .addHelpText(
      'after',
      `
Example:
  holdfast directive show us-bis-2026-06-12 --at 2026-06-13T00:00:00Z`,
    )
    .action(showDirective)
}

function addChecking(directive: Command): void {
  directive
    .command('check')
    .description('check a directive file: its schema, contradictions, unknown names')
    .argument('<file>', 'a directive file, or the id of a directive')
    .option('-c, --config <file>', configHelp)
    .addOption(formatOption())
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 when a finding is so severe').choices([
        'warning',
        'note',
      ]),
    )
    .addHelpText(
      'after',
      `
An error (a file that does not follow the schema or contradicts itself) ends with exit code 2.

Example:
  holdfast directive check directives/gazette-12.yaml --fail-on warning`,
    )
    .action(checkDirectiveFile)
  directive
    .command('test')
    .description(
      'put the cases beside a directive to the policy engine: who is allowed, who denied',
    )
    .argument('<id>', 'id of a directive, or a file')
    .option(
      '--cases <file>',
      'the cases (default: FILE.cases.yaml, or cases.yaml beside directive.yaml)',
    )
    .option('-c, --config <file>', configHelp)
    .addHelpText(
      'after',
      `
Every case is printed; a case that comes out otherwise than it says ends with exit code 1.

Example:
  holdfast directive test us-bis-2026-06-12`,
    )
    .action(testDirective)
}

function addChanging(directive: Command): void {
  directive
    .command('add')
    .description('check a directive file and copy it into directives/ beside holdfast.yaml')
    .argument('<file>', 'a directive file')
    .option('-c, --config <file>', configHelp)
    .option('--by <name>', 'who adds it, for the ledger (default: the user of this machine)')
    .option('--dry-run', 'say what would be written and write nothing', false)
    .addHelpText('after', '\nExample:\n  holdfast directive add order.yaml --by "Kim Counsel"')
    .action(addDirective)
  directive
    .command('lift')
    .description('append a signed line that lifts a directive')
    .argument('<id>', 'id of a directive')
    .requiredOption('--at <time>', 'an instant with its zone, or the day when no more is known')
    .requiredOption('--source <text>', 'where the lifting was read: an address, or words', filled)
    .requiredOption('--by <name>', 'who enters it; twice with directives.twoPerson', collect)
    .option('--note <text>', 'what happened, in words')
    .option('-c, --config <file>', configHelp)
    .option('--dry-run', 'say what would be written and write nothing', false)
    .addHelpText(
      'after',
      `
A local file gains the line; what ships with holdfast is left alone, and the line goes into
directives/ID.amendment.yaml. A day lifts at its last instant anywhere on Earth (the next day, 12:00 UTC).

Example:
  holdfast directive lift us-bis-2026-06-12 --at 2026-06-30 --by "Robin Example" \\
    --source https://example.org/notice`,
    )
    .action(liftDirective)
  directive
    .command('review')
    .description('sign that the recorded rule says what the act says')
    .argument('<id>', 'id of a directive')
    .requiredOption('--by <name>', 'who signs')
    .requiredOption('--at <time>', 'the day of the review, or an instant with its zone')
    .option('-c, --config <file>', configHelp)
    .option('--dry-run', 'say what would be written and write nothing', false)
    .addHelpText(
      'after',
      '\nExample:\n  holdfast directive review us-bis-2026-06-12 --by "Kim Counsel"',
    )
    .action(reviewDirective)
}

function filled(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.')
  return value
}
