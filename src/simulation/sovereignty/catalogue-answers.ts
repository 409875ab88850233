import type { Option } from '../portfolio.ts'
import { sideOf } from './home-region.ts'
import type { HomeRegion } from './home-region.ts'
import { optionsOf, type PortfolioEvidence } from './portfolio-evidence.ts'
import { servingOptions, unknownNeeds } from './outsiders.ts'
import { shown, type ShownAnswer, undecided } from './shown-answer.ts'
import type { AnswerRule, WorkInQuestion } from './work-in-question.ts'

/** Criteria that facts of the catalogue decide, where the words of the ladder really can be decided. */
export const catalogueAnswers: Readonly<Record<string, AnswerRule>> = {
  'SOV-3.5': aiServices,
  'SOV-6.3': openSource,
}

/** SOV-3.5: whose AI it is, and whether another can be used. The ladder's chips above answer 4 are unknown. */
function aiServices(
  evidence: PortfolioEvidence,
  work: WorkInQuestion,
  home: HomeRegion,
): ShownAnswer {
  const used = modelsInUse(evidence, work)
  if (used.length === 0) return undecided('no model in use is known', 5)
  const unknown = unknownNeeds(work.workflows)
  if (unknown.length > 0) return undecided('the model of some work is not known', 5, unknown)
  const isOurs = ({ model }: Used): boolean =>
    sideOf(`vendor:${vendorOf(model)}`, home, evidence.facts.seatsOf) === 'home'
  if (used.every(isOurs)) {
    return {
      ...shown(
        4,
        used.map(({ fact }) => fact),
      ),
      atMost: 5,
    }
  }
  const isOpen = (option: Option): boolean =>
    option.model !== null && isOpenWeights(evidence, option.model)
  const withoutAlternative = work.critical.filter(
    ({ workflow }) =>
      !workflow.needs.every((need) =>
        need.options.some((option) => option.excluded === null && isOpen(option)),
      ),
  )
  if (withoutAlternative.length === 0 && work.critical.length > 0) {
    return shown(3, [
      'all critical work is served by, or may fall back on, a model with open weights',
      ...used.map(({ fact }) => fact),
    ])
  }
  const anyOpen = work.workflows.some(({ workflow }) => optionsOf(workflow).some(isOpen))
  if (!anyOpen && !used.some(isOurs))
    return shown(
      1,
      used.map(({ fact }) => fact),
    )
  return undecided(
    'some critical work has an open alternative and some has none; whether its models are licensed, as the ladder asks, is a matter of contracts',
    2,
    withoutAlternative.map(({ workflow }) => `${workflow.id} has no option with open weights`),
  )
}

/** Licences of the Open Source Initiative, as the catalogue spells them. */
const openSourceLicences = /^(?:apache-2\.0|mit|bsd-[23]-clause|isc|mpl-2\.0)$/i

/** SOV-6.3: whether the models in use may be audited, modified and passed on. Who governs them stays open. */
function openSource(evidence: PortfolioEvidence, work: WorkInQuestion): ShownAnswer {
  const used = modelsInUse(evidence, work)
  if (used.length === 0) return undecided('no model in use is known', 5)
  const unknown = unknownNeeds(work.workflows)
  if (unknown.length > 0) return undecided('the model of some work is not known', 5, unknown)
  const facts = used.map(({ fact }) => fact)
  const weights = used.map(({ model }) => evidence.facts.weightsOf(model))
  if (weights.every((one) => one === 'closed')) return shown(1, facts)
  const isFree = used.every(({ model }) => {
    const licence = evidence.facts.licenceOf(model)
    return isOpenWeights(evidence, model) && licence !== null && openSourceLicences.test(licence)
  })
  if (isFree) return { ...shown(3, facts), atMost: 5 }
  return undecided(
    'the models in use are not all closed and not all under an open-source licence, as far as is known',
    weights.includes('closed') ? 2 : 5,
    facts,
  )
}

interface Used {
  readonly model: string
  readonly fact: string
}

/** Models that serve work today, each once. */
function modelsInUse(evidence: PortfolioEvidence, work: WorkInQuestion): readonly Used[] {
  const models = new Set(
    work.workflows.flatMap((one) => servingOptions(one).flatMap((option) => option.model ?? [])),
  )
  return [...models].map((model) => {
    const weights = evidence.facts.weightsOf(model)
    const licence = evidence.facts.licenceOf(model)
    const seats = evidence.facts.seatsOf(`vendor:${vendorOf(model)}`) ?? []
    return {
      model,
      fact: `${model}: weights ${weights ?? 'unknown'}${licence === null ? '' : `, licence ${licence}`}, vendor in ${seats.length === 0 ? 'an unknown place' : seats.join(', ')}`,
    }
  })
}

function isOpenWeights(evidence: PortfolioEvidence, model: string): boolean {
  return evidence.facts.weightsOf(model) === 'open'
}

function vendorOf(model: string): string {
  return model.slice(0, model.indexOf('/'))
}
