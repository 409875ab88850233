import { type Command, Option } from 'commander'
import { EligibilityClass } from '../schema/holdfast-config.ts'
import { Task } from '../schema/vocabulary.ts'
import { collect } from './collect.ts'
import { checkPolicy } from './policy-check.ts'
import { decidePolicy } from './policy-decide.ts'
import { showPolicy } from './policy-show.ts'
import { verifySnapshotFile, writeSnapshot } from './policy-snapshot.ts'

const configHelp =
  'holdfast.yaml beside which `directives/` and `policies/` lie (default: holdfast.yaml)'
const atHelp = 'read directives as they stand at this instant, with its zone (default: now)'

/** Adds `holdfast policy`: show, check, decide, snapshot, verify. */
export function registerPolicyCommands(program: Command): void {
  const policy = program
    .command('policy')
    .description('who may use which model over which route, and why: read, check, ask, sign')
  addReading(policy)
  addDeciding(policy)
  addSnapshots(policy)
}

function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')
}

function addReading(policy: Command): void {
  policy
    .command('show')
    .description('the rules as Cedar has them, with source and review, for counsel to read')
    .option('-c, --config <file>', configHelp)
    .option('--directive <id-or-file>', 'only this directive, enforced or not')
    .option('--workflow <id>', 'only what this workflow may use')
    .option('--schema', 'the words that policies may use, instead', false)
    .option('--at <instant>', atHelp)
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Examples:
  holdfast policy show --directive us-bis-2026-06-12
  holdfast policy show --workflow pr-security-review
  holdfast policy show --schema`,
    )
    .action(showPolicy)
  policy
    .command('check')
    .description(
      'check everything that decides: directives, limits of data, policies/*.cedar; exit 1 on a problem',
    )
    .option('-c, --config <file>', configHelp)
    .option('--at <instant>', atHelp)
    .addOption(formatOption())
    .addHelpText('after', '\nExample:\n  holdfast policy check')
    .action(checkPolicy)
}

function addDeciding(policy: Command): void {
  policy
    .command('decide')
    .description('ask whether somebody may use a model over a route, and why')
    .option('-c, --config <file>', configHelp)
    .requiredOption('--model <vendor/name>', 'model asked for')
    .option('--route <id>', 'route of holdfast.yaml; may be left out where one alone has the model')
    .addOption(
      new Option('--class <class>', 'eligibility class of the caller').choices(
        EligibilityClass.options,
      ),
    )
    .option('--principal <id>', 'a caller of holdfast.yaml or of the store, instead of a class')
    .option('--workflow <id>', 'workflow it is for; the caller is then of its audience')
    .addOption(
      new Option('--purpose <task>', 'kind of work (default: the task of the workflow)').choices(
        Task.options,
      ),
    )
    .addOption(
      new Option('--kind <kind>', 'what the caller is')
        .choices(['person', 'service'])
        .default('person'),
    )
    .option('--definition <name>', 'definition of persons that the class follows')
    .option(
      '--authorisation <id>',
      'authorisation that the caller holds; may be repeated',
      collect,
      [],
    )
    .option('--entity <name>', 'entity of the caller (default: the organisation)')
    .option('--employment <form>', 'form of employment, for instance permanent-and-regular')
    .option('--group <id>', 'group of the caller; may be repeated', collect, [])
    .option(
      '--directive <id-or-file>',
      'as if this directive were enforced as well; may be repeated',
      collect,
      [],
    )
    .option('--at <instant>', 'instant of the question, with its zone (default: now)')
    .addOption(new Option('--fail-on <verdict>', 'exit 1 on it').choices(['deny']))
    .addOption(formatOption())
    .addHelpText(
      'after',
      `
Examples:
  holdfast policy decide --principal ada@acme.example --model anthropic/claude-fable-5
  holdfast policy decide --model anthropic/claude-fable-5 --route anthropic \\
    --class foreign-person-not-authorised --workflow pr-security-review \\
    --directive us-bis-2026-06-12 --at 2026-06-13T00:00:00Z`,
    )
    .action(decidePolicy)
}

function addSnapshots(policy: Command): void {
  policy
    .command('snapshot')
    .description('write everything that decides into one signed file')
    .option('-c, --config <file>', configHelp)
    .requiredOption('--output <file>', 'where it is written')
    .requiredOption('--key <reference>', 'private Ed25519 key in PEM: env:NAME or file:PATH')
    .option('--valid-for <duration>', 'how long it is valid from --at on', '7d')
    .option('--at <instant>', atHelp)
    .addHelpText(
      'after',
      `
A key: openssl genpkey -algorithm ed25519 -out snapshot.key && chmod 600 snapshot.key`,
    )
    .addHelpText(
      'after',
      '\nExample:\n  holdfast policy snapshot --key file:keys/policy.pem --output policy.snapshot.json',
    )
    .action(writeSnapshot)
  policy
    .command('verify')
    .description('check the signature of a snapshot file; exit 1 when it is not valid now')
    .argument('<file>', 'a file that `holdfast policy snapshot` wrote')
    .requiredOption('--key <reference>', 'public or private key in PEM: env:NAME or file:PATH')
    .option('--at <instant>', 'how it stands at this instant, with its zone (default: now)')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExample:\n  holdfast policy verify policy.snapshot.json --key file:keys/policy-public.pem',
    )
    .action(verifySnapshotFile)
}
