import type { EntryBody } from '../../schema/ledger-entry.ts'

/** By what an entry can be found, beside its instant: 15 CFR 762.5 asks for party, country and reference. */
export interface EntryWords {
  readonly principal: string | null
  readonly models: readonly string[]
  readonly directives: readonly string[]
  readonly countries: readonly string[]
  /** Numbers and names under which people file things: trials, drills, dossiers, holds, snapshots. */
  readonly references: readonly string[]
}

const none: EntryWords = {
  principal: null,
  models: [],
  directives: [],
  countries: [],
  references: [],
}

/** The caller that an entry speaks of; of a changed principal its subject is the pseudonym. */
export function partyOf(entry: EntryBody): string | null {
  if (entry.kind === 'principal') return entry.subject
  return 'principal' in entry ? entry.principal : null
}

export function entryWords(entry: EntryBody): EntryWords {
  switch (entry.kind) {
    case 'decision': {
      const models = [entry.requestedModel, entry.model, entry.servedModel]
      return {
        principal: entry.principal,
        models: [...new Set(models.filter((one) => one !== null))],
        directives: entry.directives,
        countries: entry.countries,
        references: [entry.snapshot],
      }
    }
    case 'directive':
      return { ...none, directives: [entry.directive] }
    case 'snapshot':
      return {
        ...none,
        directives: entry.directives.map((one) => one.id),
        references: [entry.snapshot],
      }
    case 'attestation':
      return { ...none, principal: entry.principal }
    case 'trial': {
      const model = entry.verdict?.key.model
      return { ...none, references: [entry.trial], models: model === undefined ? [] : [model] }
    }
    case 'requalification':
      return { ...none, references: [entry.job, entry.workflow] }
    case 'capture':
      return { ...none, references: [entry.workflow] }
    case 'drill':
      return { ...none, references: [entry.drill] }
    case 'dossier':
      return { ...none, references: [entry.dossier, entry.dossierKind] }
    case 'hold': {
      const { principal, directive, model } = entry.selection
      return {
        ...none,
        principal: principal ?? null,
        directives: directive === undefined ? [] : [directive],
        models: model === undefined ? [] : [model],
        references: [entry.hold, entry.reference],
      }
    }
    case 'configuration':
    case 'catalogue':
    case 'policy':
    case 'route':
    case 'circuit':
    case 'principal':
      return { ...none, principal: partyOf(entry), references: [entry.subject] }
    case 'key-destruction':
      return { ...none, references: [entry.period] }
    case 'removal':
    case 'key-rotation':
    case 'process':
      return none
  }
}
