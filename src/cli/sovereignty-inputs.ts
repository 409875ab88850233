import { readFile } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import { SovereigntyFramework, type WeightProfile } from '../schema/sovereignty.ts'
import {
  assessSovereignty,
  type AttestedAnswer,
  checkAnswers,
  gatherEvidence,
  homesOf,
  sovereigntyFacts,
} from '../simulation/index.ts'
import { dataPath, version } from './installation.ts'
import type { SimulationInputs } from './simulate-inputs.ts'
import { holdPortfolio } from './simulate-run.ts'
import { yamlPlaces } from './yaml-places.ts'

/** The criteria that ship with holdfast. */
async function loadFramework(): Promise<SovereigntyFramework> {
  const text = await readFile(dataPath('frameworks', 'csf-2026-06-01.json'), 'utf8')
  return SovereigntyFramework.parse(JSON.parse(text))
}

/** Attested answers of holdfast.yaml; one that the framework does not have is an error with its place. */
async function attestedAnswers(
  { config, configPath }: Pick<SimulationInputs, 'config' | 'configPath'>,
  framework: SovereigntyFramework,
): Promise<readonly AttestedAnswer[]> {
  const answers = config?.sovereignty?.answers ?? []
  const problems = checkAnswers(framework, answers)
  const [first, ...others] = problems
  if (first === undefined) return answers
  const placeOf = yamlPlaces(await readFile(configPath, 'utf8'), configPath)
  const place = ({ index, key }: (typeof problems)[number]) =>
    placeOf(['sovereignty', 'answers', index, key])
  throw new Fault('HF_SOVEREIGNTY_INVALID', first.message, {
    place: place(first),
    expected: first.expected,
    others: others.slice(0, 9).map((one) => {
      const { path, line, column } = place(one)
      return `${path}:${line}:${column} ${one.message}; expected ${one.expected}`
    }),
    advice: 'docs/reference/csf.md lists every criterion with its answers',
  })
}

/** Simulates the portfolio and assesses it. */
export async function assessInputs(inputs: SimulationInputs, profile: WeightProfile | undefined) {
  const { config } = inputs
  const framework = await loadFramework()
  const answers = await attestedAnswers(inputs, framework)
  const { portfolio, held } = holdPortfolio(inputs)
  const homeJurisdiction = config?.organisation.homeJurisdiction ?? null
  const facts = sovereigntyFacts(
    portfolio,
    inputs.catalogue,
    inputs.countryOf,
    inputs.enforced.directives,
  )
  return assessSovereignty({
    version: version(),
    organisation: inputs.organisation,
    at: inputs.at,
    framework,
    weightProfile: profile ?? config?.sovereignty?.weightProfile ?? 'csf-calculator-2026-06',
    homeJurisdiction,
    answers,
    evidence:
      portfolio.workflows.length === 0
        ? null
        : gatherEvidence(portfolio, held, facts, homesOf(homeJurisdiction)),
    requiredSeals: (config?.workflows ?? []).flatMap(({ id, requiredSeal }) =>
      requiredSeal === undefined ? [] : [{ workflow: id, seal: requiredSeal }],
    ),
    directives: inputs.enforced.directives.map((one) => ({
      id: one.id,
      review: one.review.state,
      asOf: one.source.retrieved,
    })),
    notices: inputs.notices,
  })
}
