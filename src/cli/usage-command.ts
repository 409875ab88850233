import { type Command, Option } from 'commander'
import { importUsage } from './usage-import.ts'
import { forgetUsage, listUsage, showUsage } from './usage-show.ts'
import { usageSources } from './usage-sources/usage-sources.ts'

/** Adds `holdfast usage import | list | show | forget`. */
export function registerUsageCommands(program: Command): void {
  const usage = program
    .command('usage')
    .description('what traffic shows of models in use: seen by the gateway, or told by exports')
  withCommonOptions(usage.command('import'))
    .description('read usage exports and logs of providers and gateways into the register')
    .argument('<files...>', 'exports, packed with gzip or not; folders of them; `-` for a pipe')
    .addOption(
      new Option(
        '--from <kind>',
        'the kind of all these files (default: what they look like)',
      ).choices(usageSources.map(({ id }) => id)),
    )
    .option('--workflow <id>', 'the workflow of holdfast.yaml that all of it belongs to')
    .addHelpText(
      'after',
      `
Kinds:
${usageSources.map(({ id, title }) => `  ${id.padEnd(24)}${title}`).join('\n')}

What is imported is evidence of somebody else: the register calls it \`imported\`, never \`observed\`. Names of models
stay as written where nobody knows them. Prompts, answers, persons and keys in these files are not kept. The same file
counts once, under whatever name.

Examples:
  holdfast usage import bedrock-logs/
  aws s3 cp s3://trail/2026/11/25/events.json.gz - | holdfast usage import -
  holdfast usage import spend.json --from litellm-spend-log --workflow support`,
    )
    .action(importUsage)
  withCommonOptions(usage.command('list'))
    .description('list the files that were imported')
    .addHelpText('after', '\nExample:\n  holdfast usage list')
    .action(listUsage)
  withCommonOptions(usage.command('show'))
    .description('show which models were used, for which work, and who knows it')
    .addHelpText('after', '\nExample:\n  holdfast usage show')
    .action(showUsage)
  withCommonOptions(usage.command('forget'))
    .description('take an imported file out again')
    .argument('<digest>', 'its digest, or the first digits of it, from `holdfast usage list`')
    .addHelpText('after', '\nExample:\n  holdfast usage forget 3f9a12')
    .action(forgetUsage)
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'holdfast.yaml beside which the register is kept')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
}
