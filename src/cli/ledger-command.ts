import { type Command, Option } from 'commander'
import { collect } from './collect.ts'
import { ledgerCheckpoint } from './ledger-checkpoint.ts'
import { ledgerKeysInit, ledgerKeysRotate } from './ledger-keys.ts'
import { ledgerDestroyPeriod, ledgerHold, ledgerPrune, ledgerRelease } from './ledger-retention.ts'
import { ledgerExport, ledgerSearch } from './ledger-search.ts'
import { ledgerVerify } from './ledger-verify.ts'

export function registerLedgerCommands(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('evidence that cannot be changed unnoticed: verify, search, export, keep, remove')
  registerVerify(ledger)
  registerSearch(ledger)
  registerRetention(ledger)
  registerKeys(ledger)
}

const configOption = () =>
  new Option('--config <file>', 'holdfast.yaml beside whose `.holdfast/` the ledger lies').default(
    'holdfast.yaml',
  )

function registerVerify(ledger: Command): void {
  ledger
    .command('verify')
    .description('read every entry and hold it against the signed checkpoints')
    .argument('[folder]', 'the ledger', '.holdfast/ledger')
    .option(
      '--key <key>',
      'public key that you trust, as text or in a file; may be repeated',
      collect,
      [],
    )
    .option(
      '--witness <file>',
      'a checkpoint that was kept elsewhere; may be repeated',
      collect,
      [],
    )
    .option(
      '--timestamp <file>',
      'an RFC 3161 time stamp (`.tsr`) over a checkpoint; may be repeated',
      collect,
      [],
    )
    .option(
      '--checkpoint <file>',
      'the checkpoint that each time stamp is over, in their order; else the one beside it',
      collect,
      [],
    )
    .option('--tsa-ca <file>', 'certificates (PEM) to which the authority must lead')
    .option('--schema', 'also hold every entry against its schema (slower)', false)
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Without --key the keys are taken from the folder itself: that finds damage, not a forger who can write there.
A time stamp proves that the ledger holds everything that existed at that time, whoever has the signing key.

Exit codes: 0 whole, 1 something is bad and is named, 2 usage, 3 a fault.

Examples:
  holdfast ledger verify
  holdfast ledger verify /backup/ledger --key counsel/ledger.key --witness counsel/acme%2Fgateway.checkpoint
  holdfast ledger verify --timestamp counsel/acme%2Fgateway.20260612T212100Z.tsr --tsa-ca counsel/tsa-root.pem`,
    )
    .action(ledgerVerify)
}

function withQuery(command: Command): Command {
  return command
    .argument('[folder]', 'a ledger without its holdfast.yaml, for whoever was given only that')
    .addOption(configOption())
    .option('--principal <id>', 'a caller by its name (needs `ledger.idKey`), or as `hmac:…`')
    .option('--model <model>', 'a model that was asked for, chosen or served')
    .option('--directive <id>', 'a directive that a reason names')
    .option('--country <code>', 'a jurisdiction of the route, ISO 3166-1 alpha-2')
    .option('--reference <name>', 'a trial, drill, dossier, hold, matter, snapshot or subject')
    .option('--kind <kind>', 'kind of entry, for instance `decision`')
    .option('--from <instant>', 'first instant, with its zone')
    .option('--to <instant>', 'instant before which it was recorded, with its zone')
}

function registerSearch(ledger: Command): void {
  withQuery(
    ledger
      .command('search')
      .description('find entries by party, model, directive, country, reference, time'),
  )
    .option('--limit <count>', 'how many at most', '100')
    .option('--counsel-key <key>', "counsel's private key: also shows sealed classes and contents")
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  holdfast ledger search --directive us-bis-2026-06-12 --from 2026-06-12T21:21:00Z
  holdfast ledger search --principal ci-bot --model anthropic/claude-fable-5 --format json
  holdfast ledger search /mnt/evidence/ledger --kind directive`,
    )
    .action(ledgerSearch)
  withQuery(
    ledger
      .command('export')
      .description('entries with proofs that they stand under the signed checkpoint'),
  )
    .option('--limit <count>', 'how many at most', '1000000000')
    .option('-o, --output <file>', 'write there instead of to stdout')
    .addOption(new Option('--format <format>').choices(['jsonl', 'csv']).default('jsonl'))
    .addHelpText(
      'after',
      `
JSONL carries checkpoints and proofs (docs/reference/ledger-format.md); CSV is for people and carries none.

Example:
  holdfast ledger export --directive us-bis-2026-06-12 --output june.jsonl
  holdfast ledger export /mnt/evidence/ledger --kind decision --format csv --output decisions.csv`,
    )
    .action(ledgerExport)
  ledger
    .command('checkpoint')
    .description(
      'take the signed heads of all logs out of reach of whoever can write to the ledger',
    )
    .addOption(configOption())
    .requiredOption('--to <place>', '`file:FOLDER`, `git:FOLDER` or an https address')
    .option(
      '--timestamp <address>',
      'also have a time-stamping authority (RFC 3161) say that they exist now',
    )
    .option('--tsa-ca <file>', 'certificates (PEM) to which the authority must lead')
    .addHelpText(
      'after',
      `
Only digests reach the authority. Its answers are kept beside the checkpoints as \`.tsr\`. Addresses in a private
network are reached only when \`egress.privateHosts\` in holdfast.yaml names them.

Examples:
  holdfast ledger checkpoint --to git:/srv/evidence
  holdfast ledger checkpoint --to file:/mnt/counsel --timestamp http://tsa.example --tsa-ca tsa-root.pem`,
    )
    .action(ledgerCheckpoint)
}

function registerRetention(ledger: Command): void {
  ledger
    .command('hold')
    .description('keep what is selected until the hold is released, whatever its age')
    .argument('<name>', 'name of the hold')
    .addOption(configOption())
    .requiredOption('--reference <text>', 'matter or letter it is for')
    .requiredOption('--by <person>', 'who places it')
    .option('--principal <id>', 'entries of this caller')
    .option('--directive <id>', 'entries that this directive touches')
    .option('--model <model>', 'entries of this model')
    .option('--from <instant>', 'entries from this instant on')
    .option('--to <instant>', 'entries before this instant')
    .addHelpText(
      'after',
      `
Without a selection everything is held.

Example:
  holdfast ledger hold matter-7 --directive us-bis-2026-06-12 --reference "letter of 3 July" --by "R. Adler"`,
    )
    .action(ledgerHold)
  ledger
    .command('release')
    .description('end a hold')
    .argument('<name>', 'name of the hold')
    .addOption(configOption())
    .requiredOption('--reference <text>', 'why it may end')
    .requiredOption('--by <person>', 'who releases it')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast ledger release matter-2026-11 --reference "settled, letter of 3 March" --by "Kim Counsel"',
    )
    .action(ledgerRelease)
  ledger
    .command('prune')
    .description('remove contents that no hold and no rule of retention keeps; their hashes stay')
    .addOption(configOption())
    .requiredOption('--before <day>', 'only entries before this day')
    .requiredOption('--by <person>', 'who removes them')
    .option('--dry-run', 'say what could be removed and remove nothing', false)
    .addHelpText(
      'after',
      '\nExample:\n  holdfast ledger prune --before 2025-11-01 --by "Kim Counsel" --dry-run',
    )
    .action(ledgerPrune)
}

function registerKeys(ledger: Command): void {
  const keys = ledger.command('keys').description('keys of the ledger')
  keys
    .command('init')
    .description('make keys, and print what to write in holdfast.yaml')
    .requiredOption('--directory <folder>', 'where to put them; not in `.holdfast/`')
    .addHelpText(
      'after',
      `
Example:
  holdfast ledger keys init --directory keys`,
    )
    .action(ledgerKeysInit)
  keys
    .command('rotate')
    .description('let every log go on under a new signing key, handed over by the old one')
    .addOption(configOption())
    .requiredOption('--new <key>', 'the new Ed25519 private key: a file, `file:PATH` or `env:NAME`')
    .requiredOption('--by <person>', 'who rotates it')
    .addHelpText(
      'after',
      `
No process may write to the ledger meanwhile. Whoever trusts the old key still verifies everything: the old key has
signed the entry that names the new one.

Example:
  holdfast ledger keys init --directory keys-2027
  holdfast ledger keys rotate --new keys-2027/ledger-signing.pem --by "R. Adler"`,
    )
    .action(ledgerKeysRotate)
  keys
    .command('destroy-period')
    .description('destroy the key under which the classes of a period are sealed')
    .argument('<period>', 'name of the period')
    .addOption(configOption())
    .requiredOption('--reason <text>', 'why, for instance that the directive was lifted')
    .requiredOption('--by <person>', 'who destroys it')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast ledger keys destroy-period 2026-06 --reason "the directive was lifted" --by "Kim Counsel"',
    )
    .action(ledgerDestroyPeriod)
}
