import { type Command, InvalidArgumentError, Option } from 'commander'
import { importers } from '../qualification/index.ts'
import { Task } from '../schema/vocabulary.ts'
import {
  captureKeys,
  exportCaptured,
  listCaptured,
  showCaptured,
} from './capture/capture-commands.ts'
import { importTaskFiles } from './tasks/import-tasks.ts'
import { checkTaskSets } from './tasks/check-task-sets.ts'
import { listTaskSets, showTaskSet } from './tasks/show-tasks.ts'

/** Adds `holdfast tasks import | check | list | show`. */
export function registerTasksCommands(program: Command): void {
  const tasks = program
    .command('tasks')
    .description('task sets: what a fallback is tried on, and how its answers are judged')
  withFormat(tasks.command('import'))
    .description('make a task set of files of other tools')
    .argument('<files...>', 'exports, logs and configurations; all of them become one set')
    .requiredOption('--output <folder>', 'where the task set is written')
    .addOption(
      new Option(
        '--from <kind>',
        'the kind of all these files (default: what they look like)',
      ).choices(importers.map(({ id }) => id)),
    )
    .addOption(new Option('--task <task>', 'kind of work').choices(Task.options))
    .option('--workflow <id>', 'the workflow of holdfast.yaml that the tasks stand for')
    .option('--licence <expression>', 'SPDX expression under which they may be used')
    .option('--redact', 'take out secrets and personal data, with consistent pseudonyms', false)
    .option(
      '--redact-key <place>',
      '`env:NAME` or `file:PATH`: the same key gives the same pseudonyms',
    )
    .option('--force', 'replace a task set that is there', false)
    .addHelpText(
      'after',
      `
Kinds:
${importers.map(({ id, title }) => `  ${id.padEnd(16)}${title}`).join('\n')}

Rows that cannot be read are told and counted; the others are imported. Names of files within a configuration are read
only below its own folder, and programs in it are never run.

Examples:
  holdfast tasks import promptfooconfig.yaml --output tasks/triage --task incident-triage
  holdfast tasks import observations.jsonl --output tasks/support --redact --licence proprietary`,
    )
    .action(importTaskFiles)
  withFormat(tasks.command('check'))
    .description(
      'find what is wrong with task sets before a trial: duplicates, leaks, clusters, power, papers',
    )
    .argument('<sets...>', 'folders of task sets, or ids of shipped ones')
    .option('--grade', 'grade the known answers too; tests among the graders are run', false)
    .option(
      '--need [tasks]',
      'tell how many tasks a trial needs and what these can show; with a number: check against that one',
      wholeNumber,
    )
    .option(
      '--workflow <id>',
      'plan for the `trial` of this workflow (default: the one that the set names)',
    )
    .addOption(configOption())
    .option('--margin <share>', 'largest loss of quality that is accepted', share)
    .option(
      '--alpha <share>',
      'risk of a false qualification (default: 0.05, of critical work 0.025)',
      share,
    )
    .option(
      '--power <share>',
      'chance that a trial shows it where both sides are alike (default: 0.8)',
      share,
    )
    .option(
      '--discordance <share>',
      'share of tasks on which only one side passes (default: 0.1)',
      share,
    )
    .option(
      '--correlation <share>',
      'how far tasks of a cluster come out alike, 0 not at all to 1 always (default: 0.5)',
      shareOrNone,
    )
    .addOption(
      new Option('--fail-on <weight>', 'exit 1 when there is one').choices(['error', 'warning']),
    )
    .addHelpText(
      'after',
      `
Examples:
  holdfast tasks check tasks/triage
  holdfast tasks check tasks/triage --need --margin 0.05 --discordance 0.2
  holdfast tasks check code-review-security --grade --need 274 --fail-on error`,
    )
    .action(checkTaskSets)
  withFormat(tasks.command('list'))
    .description('list the task sets that ship with holdfast, and those in a folder')
    .argument('[folder]', 'folder with task sets', 'tasks')
    .addHelpText('after', '\nExample:\n  holdfast tasks list')
    .action(listTaskSets)
  withFormat(tasks.command('show'))
    .description('show a task set, or one of its tasks')
    .argument('<set>', 'folder of a task set, or the id of a shipped one')
    .argument('[task]', 'id of a task')
    .addHelpText('after', '\nExample:\n  holdfast tasks show incident-triage')
    .action(showTaskSet)
  registerCapture(tasks)
}

function registerCapture(tasks: Command): void {
  const capture = tasks
    .command('capture')
    .description('tasks out of real calls at the gateway, kept for their owner alone')
  capture
    .command('keys')
    .description(
      'make a key pair for the owner of the tasks, and print what to write in holdfast.yaml',
    )
    .requiredOption('--directory <folder>', 'where to put them; not in `.holdfast/`')
    .addHelpText('after', '\nExample:\n  holdfast tasks capture keys --directory keys')
    .action(captureKeys)
  withFormat(capture.command('list'))
    .description('list how much is captured of which workflow; nothing is opened')
    .addOption(configOption())
    .addHelpText('after', '\nExample:\n  holdfast tasks capture list')
    .action(listCaptured)
  opening(capture.command('show'))
    .description('show captured calls, redacted as they are kept; recorded in the ledger')
    .option('--limit <count>', 'how many, the newest', wholeNumber, 5)
    .addHelpText(
      'after',
      '\nExample:\n  holdfast tasks capture show support --key owner/tasks-private.pem --limit 2',
    )
    .action(showCaptured)
  withFormat(opening(capture.command('export')))
    .description(
      'make a task set of captured calls, for a person to look through; recorded in the ledger',
    )
    .requiredOption('--output <folder>', 'where the task set is written')
    .option('--force', 'replace a task set that is there', false)
    .addHelpText(
      'after',
      `
Calls that say nearly the same become one task.

Example:
  holdfast tasks capture export support --key owner/tasks-private.pem --output tasks/support`,
    )
    .action(exportCaptured)
}

const configOption = () =>
  new Option('--config <file>', 'configuration file').default('holdfast.yaml')

function opening(command: Command): Command {
  return command
    .argument('<workflow>', 'workflow of holdfast.yaml')
    .addOption(configOption())
    .requiredOption('--key <place>', 'private key of the owner: a file, `file:PATH` or `env:NAME`')
    .option(
      '--by <person>',
      'who does it, as the ledger names them (default: the user of the system)',
    )
}

function withFormat(command: Command): Command {
  return command.addOption(
    new Option('--format <format>').choices(['text', 'json']).default('text'),
  )
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('expected a whole number above 0')
  return number
}

function share(text: string): number {
  const number = Number(text)
  if (!(number > 0 && number < 1))
    throw new InvalidArgumentError('expected a share between 0 and 1')
  return number
}

function shareOrNone(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= 0 && number <= 1))
    throw new InvalidArgumentError('expected a share from 0 to 1')
  return number
}
