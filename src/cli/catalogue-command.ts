import type { Command } from 'commander'
import { catalogueShow, catalogueUpdate } from './catalogue.ts'

interface CommonOptions {
  readonly config: string
}

/** Adds `holdfast catalogue show` and `holdfast catalogue update`. */
export function registerCatalogueCommands(program: Command): void {
  const catalogue = program
    .command('catalogue')
    .description('facts of the world: vendors, providers, models, with source and date')
  catalogue
    .command('show')
    .description('print what is known of a model, vendor or provider')
    .argument('<name>', 'a model in any spelling, a vendor or a provider')
    .option('--config <file>', 'holdfast.yaml whose overlays are read', 'holdfast.yaml')
    .option('--format <format>', 'text or json', 'text')
    .addHelpText(
      'after',
      `
Examples:
  holdfast catalogue show claude-fable-5
  holdfast catalogue show us.anthropic.claude-sonnet-4-5-20250929-v1:0
  holdfast catalogue show aws-bedrock --format json`,
    )
    .action(async (name: string, options: CommonOptions & { readonly format: string }) => {
      await catalogueShow({ name, ...options })
    })
  catalogue
    .command('update')
    .description('lay a file of corrections over the shipped catalogue')
    .argument('<file>', 'an overlay, JSON or YAML')
    .option('--config <file>', 'holdfast.yaml beside which overlays are kept', 'holdfast.yaml')
    .option('--dry-run', 'say what would change and write nothing', false)
    .addHelpText(
      'after',
      `
Example:
  holdfast catalogue update corrections.yaml --dry-run`,
    )
    .action(async (file: string, options: CommonOptions & { readonly dryRun: boolean }) => {
      await catalogueUpdate({ file, ...options })
    })
}
