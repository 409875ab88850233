import { type Command, Option } from 'commander'
import { AttestationBasis, attestationQuestion } from '../schema/attestation.ts'
import { EligibilityClass } from '../schema/holdfast-config.ts'
import { collect } from './collect.ts'
import { addPrincipal } from './principal-add.ts'
import { attestPrincipal } from './principal-attest.ts'
import { listPrincipals } from './principal-list.ts'
import { revokePrincipal } from './principal-revoke.ts'
import { rotatePrincipal } from './principal-rotate.ts'
import { showPrincipal } from './principal-show.ts'

/** Adds `holdfast principal`: add, list, show, attest, revoke, rotate. */
export function registerPrincipalCommands(program: Command): void {
  const principal = program
    .command('principal')
    .description('callers of the gateway: their keys, and who vouches for their class')
    .addHelpText(
      'after',
      `
Callers stand in holdfast.yaml (\`principals\`) or in the store; these commands keep those of the store.

Examples:
  holdfast principal add ci-bot --kind service --group appsec > ci-bot.key
  holdfast principal attest ada@acme.example --class not-foreign-person \\
    --basis self-attestation --attester "People team" --expires 180d
  holdfast principal revoke ci-bot`,
    )
  registerReading(principal)
  registerAdd(principal)
  registerAttest(principal)
  registerEnding(principal)
}

function withCommonOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'holdfast.yaml that names the store (default: holdfast.yaml)')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'),
    )
}

const readerOption = () =>
  new Option('--for <reader>', 'counsel sees classes, and counts of people under 5').choices([
    'counsel',
  ])

const byHelp = 'who does this, for the ledger (default: the user of this machine)'

function registerReading(principal: Command): void {
  withCommonOptions(principal.command('list'))
    .description('all callers of holdfast.yaml and of the store, and where each comes from')
    .addOption(readerOption())
    .addHelpText(
      'after',
      `
The class of a person is shown to nobody but counsel. An id that stands in holdfast.yaml and in the store is
refused in both places until one of them has another id.

Examples:
  holdfast principal list
  holdfast principal list --for counsel --format json`,
    )
    .action(listPrincipals)
  withCommonOptions(principal.command('show'))
    .description('one caller: keys, workflows, and all that was attested')
    .argument('<id>', 'id of a principal')
    .addOption(readerOption())
    .addHelpText('after', '\nExample:\n  holdfast principal show ci-bot')
    .action(showPrincipal)
}

function registerAdd(principal: Command): void {
  withCommonOptions(principal.command('add'))
    .description('enter a caller and print its key, this once')
    .argument('<id>', 'name of the caller; in the ledger only its HMAC')
    .addOption(
      new Option('--kind <kind>', 'what the caller is (default: person)').choices([
        'person',
        'service',
      ]),
    )
    .option('--group <id>', 'group of holdfast.yaml; may be repeated', collect, [])
    .option(
      '--workflow <id>',
      'workflow it may call for; may be repeated (default: those of its groups)',
      collect,
      [],
    )
    .option('--entity <name>', 'legal entity it belongs to (default: the organisation)')
    .option('--employment <form>', 'form of employment, for instance permanent-and-regular')
    .option('--authorisation <id>', 'authorisation that names it; may be repeated', collect, [])
    .option('--expires <end>', 'end of the key: an instant, a duration, or never', 'never')
    .option('--key-workflow <id>', 'only use of this key; may be repeated', collect, [])
    .option('--no-key', 'enter it without a key')
    .option(
      '--again',
      'give one that is there another key, or bring back one that was revoked',
      false,
    )
    .option('--by <name>', byHelp)
    .addHelpText(
      'after',
      `
The key stands alone on stdout and is kept only as its digest: whoever loses it needs a new one (\`rotate\`).
Until somebody vouches for its class (\`attest\`) a person is undetermined, and a service has the most restrictive
class of its groups. Nationality, birth, residence and documents are never kept, and a text that names them is refused.

Examples:
  holdfast principal add ci-bot --kind service --group appsec > ci-bot.key
  holdfast principal add ada@acme.example --group appsec --employment permanent-and-regular
  holdfast principal add ci-bot --again --key-workflow pr-security-review --expires 90d`,
    )
    .action(addPrincipal)
}

function registerAttest(principal: Command): void {
  withCommonOptions(principal.command('attest'))
    .description('say which class a caller has, who vouches for it, and until when')
    .argument('<id>', 'id of a principal that the store keeps')
    .addOption(
      new Option('--class <class>', 'eligibility class under one definition')
        .choices(EligibilityClass.options)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--basis <basis>', 'on what it rests')
        .choices(AttestationBasis.options)
        .makeOptionMandatory(),
    )
    .requiredOption('--attester <name>', 'who vouches for it')
    .option('--date <day>', 'day on which it was given (default: today)')
    .option('--expires <end>', 'an instant, a duration, or never', '365d')
    .option('--definition <name>', 'definition of persons (default: `eligibility.definition`)')
    .option('--by <name>', byHelp)
    .addHelpText(
      'after',
      `
The question is the same for everybody, and only its answer is kept (${attestationQuestion.definition}):
  ${attestationQuestion.text.replace(/(.{1,108})(?: |$)/g, '$1\n  ').trimEnd()}
${Object.entries(attestationQuestion.answers)
  .map(([answer, stated]) => `  ${answer.padEnd(14)} ${stated}`)
  .join('\n')}

The one entered last counts. When it ends or is revoked the caller is undetermined: an earlier one never comes back.

Example:
  holdfast principal attest ada@acme.example --class not-foreign-person \\
    --basis self-attestation --attester "People team" --expires 180d`,
    )
    .action(attestPrincipal)
}

function registerEnding(principal: Command): void {
  withCommonOptions(principal.command('revoke'))
    .description('end a caller, one of its keys or its attestation, at once')
    .argument('<id>', 'id of a principal that the store keeps')
    .option('--key <prefix>', 'only this key')
    .option('--attestation', 'only what is attested of it', false)
    .option('--by <name>', byHelp)
    .addHelpText(
      'after',
      `
Every process refuses it within a second. A ledger that cannot be written holds up no revocation.

Examples:
  holdfast principal revoke ci-bot
  holdfast principal revoke ci-bot --key k3v7q2mzxa`,
    )
    .action(revokePrincipal)
  withCommonOptions(principal.command('rotate'))
    .description('print a new key; the old one goes on for a while')
    .argument('<id>', 'id of a principal that the store keeps')
    .option('--key <prefix>', 'the key to replace, where there are several')
    .option('--overlap <duration>', 'how long the old key still counts', '24h')
    .option('--expires <end>', 'end of the new key: an instant, a duration, or never', 'never')
    .option('--by <name>', byHelp)
    .addHelpText(
      'after',
      `
Examples:
  holdfast principal rotate ci-bot > ci-bot.key
  holdfast principal rotate ci-bot --overlap 0s`,
    )
    .action(rotatePrincipal)
}
