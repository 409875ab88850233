import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { Document, isMap, isSeq, type Node } from 'yaml'
import {
  audit,
  type ConfigProposal,
  type Guess,
  hasAbandonedWork,
  proposeConfig,
} from '../audit/index.ts'
import { Fault } from '../base/fault.ts'
import type { Register } from '../schema/register.ts'
import { leaveWhen } from './leave.ts'
import { auditText, prepareAudit } from './prepare-audit.ts'
import { parseConfig } from './load-config.ts'
import { createProgress } from './progress.ts'
import { printOut, writeFileWhole } from './write-output.ts'
import { whyNot } from './why-not.ts'

interface InitFlags {
  readonly output: string
  readonly from?: string
  readonly name?: string
  readonly jurisdiction?: string
  readonly yes: boolean
  readonly force: boolean
  readonly dryRun: boolean
}

export function registerInitCommand(program: Command): void {
  leaveWhen(hasAbandonedWork)
  program
    .command('init')
    .description('write a first holdfast.yaml from an audit; every guess is marked for review')
    .argument('[directory]', 'what to audit', '.')
    .option('-o, --output <file>', 'where to write', 'holdfast.yaml')
    .option(
      '--from <file>',
      "a gateway's configuration (LiteLLM, Portkey, TensorZero …): brings its routes and fallbacks",
    )
    .option('--name <name>', "the organisation's name (default: the folder's)")
    .option('--jurisdiction <code>', 'where the organisation is at home, ISO 3166-1 alpha-2')
    .option('-y, --yes', 'ask nothing, take every guess', false)
    .option('--force', 'overwrite an existing file', false)
    .option('--dry-run', 'print instead of writing', false)
    .addHelpText(
      'after',
      `
On a terminal it asks; elsewhere it takes its guesses and marks each with "review: needed".

Examples:
  holdfast init .
  holdfast init . --from gateway/litellm.yaml --yes`,
    )
    .action(runInit)
}

async function runInit(directory: string, flags: InitFlags): Promise<void> {
  if (flags.jurisdiction !== undefined && !/^[A-Za-z]{2}$/.test(flags.jurisdiction)) {
    throw new Fault('HF_USAGE', `--jurisdiction \`${flags.jurisdiction}\` is no country code`, {
      expected: 'ISO 3166-1 alpha-2, such as DE',
    })
  }
  if (!flags.force && !flags.dryRun && existsSync(flags.output)) {
    throw new Fault('HF_FILE_EXISTS', `\`${flags.output}\` exists already`, {
      advice: '--force overwrites it, --output writes elsewhere, --dry-run only prints',
    })
  }
  const { options } = await prepareAudit(
    { rules: [], exclude: [], cache: true, owners: true },
    null,
    flags.output,
    [directory],
  )
  const progress = createProgress(process.stderr, false)
  const startedAt = performance.now()
  const register = await audit({
    ...options,
    roots: [directory],
    onProgress: (state) => progress.update({ ...state, elapsedMs: performance.now() - startedAt }),
  })
  progress.end()
  const gateway = flags.from === undefined ? null : await auditGateway(flags.from, options)
  const guessed = proposeConfig({
    register,
    gateway,
    catalogue: options.catalogue,
    organisation: flags.name ?? basename(resolve(directory)),
    homeJurisdiction: flags.jurisdiction?.toUpperCase() ?? null,
  })
  const isAsked = !flags.yes && process.stdin.isTTY && process.stdout.isTTY
  const proposal = isAsked ? await ask(guessed) : guessed
  if (proposal === null) return
  const yaml = proposalYaml(proposal, register)
  parseConfig(yaml, flags.output)
  if (flags.dryRun) {
    await printOut(yaml)
    return
  }
  await writeFileWhole(flags.output, yaml)
  const open = proposal.workflows.filter((one) => one.value.review === 'needed').length
  process.stderr.write(
    `${flags.output}: ${proposal.workflows.length} workflows (${open} to review), ${proposal.routes.length} routes, ${register.questions.length} questions\n` +
      `next: review it, then \`holdfast audit ${directory}\` shows what is missing\n`,
  )
}

/** Loaded here, since every other command would pay for the questions of this one. */
async function ask(guessed: ConfigProposal): Promise<ConfigProposal | null> {
  const { askAbout } = await import('./ask-about.ts')
  return askAbout(guessed)
}

/** A gateway's configuration is read by the same detectors as any other file. */
async function auditGateway(
  path: string,
  options: Awaited<ReturnType<typeof prepareAudit>>['options'],
): Promise<Register> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${whyNot(error)}`, {
      cause: error,
    })
  }
  const register = await auditText(path, content, options)
  if (register.dependencies.every((one) => one.role !== 'use' && one.role !== 'declare')) {
    throw new Fault('HF_IMPORT_UNKNOWN', `\`${path}\` holds no model that a gateway would serve`, {
      expected:
        'the configuration of LiteLLM, Portkey, TensorZero, Bifrost, Envoy AI Gateway, Kong or alike',
    })
  }
  return register
}

/** The proposal as YAML, with the reason of every guess as a comment above it. */
function proposalYaml(proposal: ConfigProposal, register: Register): string {
  const document = new Document({
    version: 1,
    organisation: {
      name: proposal.organisation,
      ...(proposal.homeJurisdiction === null
        ? {}
        : { homeJurisdiction: proposal.homeJurisdiction }),
    },
    routes: proposal.routes.map((guess) => guess.value),
    workflows: proposal.workflows.map((guess) => guess.value),
    answers: [],
  })
  document.commentBefore = [
    ' holdfast.yaml, first written by `holdfast init`. Every workflow with `review: needed` is a guess:',
    ' correct it, add criticality, mtpd and rto, and remove the mark. docs/reference/holdfast-yaml.md lists every key.',
    ...proposal.left.map((text) => ` Not written: ${text}.`),
  ].join('\n')
  comment(document.get('routes', true) as Node, proposal.routes)
  comment(document.get('workflows', true) as Node, proposal.workflows)
  if (register.questions.length > 0) {
    const answers = document.get('answers', true) as Node
    answers.commentBefore = [
      ' Questions that only you can answer; add one row each: { question: ID, model: vendor/name }',
      ...register.questions.map((question) => ` ${question.id}: ${question.text}`),
    ].join('\n')
  }
  return document.toString({ lineWidth: 110 })
}

function comment(node: Node, guesses: readonly Guess<unknown>[]): void {
  if (!isSeq(node)) return
  for (const [index, item] of node.items.entries()) {
    const reason = guesses[index]?.reason
    if (isMap(item) && reason !== undefined) item.commentBefore = ` guessed from: ${reason}`
  }
}
