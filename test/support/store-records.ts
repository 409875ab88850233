import type { Directive } from '../../src/schema/directive.ts'
import type { PrincipalRecord } from '../../src/schema/principal-record.ts'
import type { Register } from '../../src/schema/register.ts'
import type { VerdictRecord } from '../../src/schema/verdict.ts'
import type { Store } from '../../src/store/index.ts'

/** Records for tests of the store, about the invented organisation Acme. */

export const morning = '2026-06-12T08:00:00.000Z'

export function principal(id: string): PrincipalRecord {
  return {
    id,
    kind: 'service',
    entity: 'Acme GmbH',
    employment: null,
    groups: ['appsec'],
    workflows: null,
    authorisations: [],
    createdAt: morning,
    createdBy: 'ada',
    disabledAt: null,
    revision: 0,
  }
}

export function directive(id: string, title: string): Directive {
  return {
    id,
    title,
    instrument: 'is-informed-letter',
    issuer: 'us/bis',
    authority: ['15 CFR 744.22'],
    publication: 'reported-by-press',
    source: { title: 'a letter — “quoted”, with \u0000 and \ud800 in it', retrieved: '2026-06-16' },
    effect: 'require-authorisation',
    scope: {
      models: ['anthropic/claude-fable-5'],
      routes: 'all',
      persons: 'foreign-person',
      definition: 'us-ear-772.1',
    },
    carveOuts: [],
    vendorActions: [],
    status: [{ at: '2026-06-12T21:21:00Z', is: 'effective' }],
    review: { state: 'unverified', by: null, at: null },
  }
}

export function register(root: string): Register {
  return {
    schemaVersion: 1,
    root,
    partial: false,
    repositories: [],
    tool: { name: 'holdfast', version: '0.1.0', rules: 'sha256:0' },
    files: { seen: 2, read: 1, skipped: [{ path: 'a.bin', reason: 'binary' }] },
    dependencies: [],
    workflows: [],
    gaps: [],
    questions: [],
    credentials: [],
  }
}

export function verdict(trial: string, model: string): VerdictRecord {
  const digest = `sha256:${'a'.repeat(64)}`
  return {
    schemaVersion: 1,
    trial,
    key: {
      workflow: 'pr-security-review',
      model,
      route: 'local',
      servedModel: 'qwen3',
      promptDigest: digest,
      toolsDigest: digest,
      gradersDigest: digest,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-06-12T09:00:00Z',
    validUntil: '2026-12-12T09:00:00Z',
    invalidatedBy: null,
  }
}

/** At least one record of every kind, with the characters and values that databases differ about. */
export async function fillWithEverything(store: Store): Promise<void> {
  await store.principals.save(principal('ci-bot'))
  await store.principals.save({ ...principal('Ärger 🦔'), workflows: [], kind: 'person' })
  await store.principals.save({ ...principal('a'), workflows: ['pr-security-review'] })
  const issued = await store.keys.issue({
    principal: 'ci-bot',
    workflows: ['pr-security-review'],
    expiresAt: '2027-01-01T00:00:00.000Z',
    by: 'ada',
  })
  await store.keys.rotate(issued.key.id, { by: 'ada', oldEndsAt: null, expiresAt: null })
  await store.attestations.add({
    principal: 'ci-bot',
    class: 'not-foreign-person',
    definition: 'us-ear-772.1',
    basis: 'configuration',
    attester: 'ada',
    date: '2026-06-01',
    expiresAt: '2026-12-31T00:00:00Z',
    recordedBy: 'ada',
  })
  const first = await store.directives.accept({
    text: directive('us-bis-2026-06-12', 'first text'),
    by: [],
    source: null,
    after: null,
  })
  await store.directives.accept({
    text: directive('us-bis-2026-06-12', 'second text'),
    by: ['ada', 'grace'],
    source: 'the letter',
    after: first.digest,
  })
  await store.snapshots.publish({
    id: '2026-06-12.1',
    content: '{"signed":"…"}\n',
    directives: [{ id: 'us-bis-2026-06-12', digest: first.digest }],
    createdBy: 'ada',
    expiresAt: '2026-06-13T08:00:00.000Z',
  })
  await store.registers.add(register('.'), 'audit')
  await store.registers.add(register('./other'), 'audit')
  const trial = await store.trials.register({
    workflow: 'pr-security-review',
    candidate: 'alibaba/qwen3-32b',
    route: 'local',
    registration: { margin: 0.05, items: [1, 2.5, -0, 1e21], text: 'é\u0000' },
    createdBy: 'ada',
  })
  for (const item of ['item-1', 'item-2', 'Item-3']) {
    const key = { trial: trial.id, item, arm: 'candidate', attempt: 1 }
    await store.trials.claimAnswer(key, 'p1')
    if (item !== 'item-2') await store.trials.keepAnswer(key, { text: 'fine', tokens: 3 })
  }
  await store.verdicts.add(verdict(trial.id, 'alibaba/qwen3-32b'))
  await store.drills.save({
    id: 'drill-1',
    state: 'planned',
    traffic: 'mirrored',
    by: ['ada'],
    plan: { forbids: ['vendor:anthropic'], share: 0.25 },
    result: null,
    createdAt: morning,
    startedAt: null,
    endedAt: null,
    revision: 0,
  })
  await store.dossiers.add({ kind: 'continuity-plan', createdBy: 'ada', manifest: { files: [] } })
  await store.incidents.save({
    id: 'incident-1',
    title: 'Fable 5 is gone',
    state: 'open',
    elements: ['model:anthropic/claude-fable-5'],
    directives: ['us-bis-2026-06-12'],
    log: [{ at: morning, by: 'ada', text: 'seen' }],
    openedAt: morning,
    openedBy: 'ada',
    closedAt: null,
    closedBy: null,
    revision: 0,
  })
  await store.circuits.save({
    id: 'model:anthropic/claude-fable-5',
    kind: 'withdrawn',
    model: 'anthropic/claude-fable-5',
    route: null,
    state: 'open',
    reason: 'HTTP 404',
    openedAt: morning,
    probedAt: null,
    closedAt: null,
    closedBy: null,
    revision: 0,
  })
  await store.routes.save({
    id: 'anthropic',
    state: 'disabled',
    reason: 'an incident',
    changedAt: morning,
    changedBy: 'ada',
    origin: 'https://api.anthropic.com',
    credential: 'env:ANTHROPIC_API_KEY',
    acceptedAt: morning,
    acceptedBy: 'gateway',
    refusedOrigin: null,
    revision: 0,
  })
  const jobs = await store.jobs()
  await jobs.submit({
    kind: 'dossier',
    input: { kind: 'exit-plan' },
    by: 'ada',
    idempotenceKey: 'k',
  })
  await store.sightings.note('holdfast.yaml', `sha256:${'0'.repeat(64)}`)
  await store.sightings.note('holdfast.yaml', `sha256:${'1'.repeat(64)}`)
  await store.spends.keep([
    {
      day: '2026-11-25',
      scope: 'principal',
      subject: 'ci-bot',
      currency: 'USD',
      keeper: 'gateway-1',
      nano: 12_000_000,
    },
  ])
  await store.unrecorded.add(
    {
      kind: 'configuration',
      subject: 'holdfast.yaml',
      change: 'changed',
      by: 'ada',
      before: null,
      after: `sha256:${'1'.repeat(64)}`,
    },
    morning,
  )
}
