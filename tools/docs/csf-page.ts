import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SovereigntyFramework } from '../../src/schema/sovereignty.ts'

/**
 * docs/reference/csf.md: how each criterion is answered, and the ladder it is answered on. The rules are prose here
 * and code in src/simulation/sovereignty; the ladders are printed from the data that the code reads.
 */
export function csfPage(root: string): string {
  const framework = SovereigntyFramework.parse(
    JSON.parse(readFileSync(join(root, 'data/frameworks/csf-2026-06-01.json'), 'utf8')),
  )
  return `# How sovereignty is assessed

\`holdfast sovereignty\` assesses an organisation's work with models by the EU Cloud Sovereignty Framework (CSF): the calculator of
1 June 2026, [${framework.criteriaStated} criteria by its narrative, ${criteriaOf(framework).length} in the calculator itself](${framework.guidanceUrl}). It is a self-assessment.

> ${framework.attribution}

## Level and score

| | Rule |
|---|---|
| Answer | each carries a value and a SEAL |
| Score of an objective | the sum of the values of its answers; nominally ${framework.nominalMaxScore}, in some objectives a little more, and never clamped |
| Sovereignty Score | Σ weight × score ÷ ${framework.nominalMaxScore}, in per cent; the best answers give 100.0756 % with \`csf-calculator-2026-06\` and 100.0805 % with \`csf-1.2.1\` |
| Overall SEAL | the least of all answers; per objective the least of its own. The criteria that set it are named |
| Not answered | a gap: it adds nothing to the score, is no zero, and sets no level |
| Independence | neither is derived from the other; the SEAL outranks the score |
| Never governing | ${inertOf(framework).join(', ')}: every answer allows SEAL-4 |

SEAL grades control, not how good the evidence is: 0 No Sovereignty, 1 Jurisdictional, 2 Data, 3 Technological (Digital Resilience in v1.2.1),
4 Full Digital Sovereignty. Which level is needed is for the organisation to say: \`requiredSeal\` of a workflow.

| Objective | ${Object.keys(framework.weights).join(' | ')} |
|---|${Object.keys(framework.weights)
    .map(() => '---|')
    .join('')}
${framework.objectives
  .map(
    (one) =>
      `| ${one.code} ${one.name} | ${Object.values(framework.weights)
        .map((weights) => `${Math.round((weights[one.code] ?? 0) * 100)} %`)
        .join(' | ')} |`,
  )
  .join('\n')}

## Home

Where \`organisation.homeJurisdiction\` is a member of the EU or the EEA, or nobody said, home is the EEA, as in the framework. Elsewhere
the framework does not apply as it stands: the answers of SOV-2 to SOV-8 are then asked about that jurisdiction, and the result is labelled
"CSF method re-anchored to XX", never SEAL. SOV-1 is industrial policy of the Union and has nothing to be re-anchored to: its answers keep
the EU, are shown, and count neither for the level nor for the score.

An element is *outside* home when a jurisdiction that can compel it is (seat, ultimate parent, country of a region). An element of which
nobody says where it is counts as outside, as the framework's own ladders have it ("non-EU or undetermined"), and the reason says so. Own
machines lie where their region lies. Weights that are held do not depend on their vendor.

## Answers by simulation

The portfolio answers four criteria, from outcomes and cut sets as [decision 0010](../decisions/0010-what-stops-means.md) defines them, with the
directives in force at the instant. *Critical work* is the work called \`critical\`; all work where none is. Only classes that have people are
asked about (all where headcounts are unknown). The first answer whose condition holds is given, so an answer is never better than what the
portfolio shows. A critical need whose model nobody knows, and critical work of which nothing is known what serves it, turn every answer but
the first into a gap. A workflow that the audit inferred, and no model of which is in production, is no work here.

**SOV-1.8 Resilience to Cut-off**, asked about vendors, providers, parents, regions, jurisdictions and declared common causes outside home;
**SOV-4.6 Subcontractor & Suppliers jurisdiction**, whose answers have the same words and other SEALs, about vendors, providers, parents and
jurisdictions:

| Answer | When |
|---|---|
| 1 immediate shutdown | critical work has stopped already, or stops when one outside element alone is lost |
| 2 stop with a delay | critical work is left with unqualified fallbacks only (\`at-risk\`) when one outside element is lost, or is so already: it would likely stop, and there is something to react with |
| 3 continue temporarily | critical work goes on below full service (\`degraded\`) when one outside element is lost. A contract is not simulated: the place on the ladder is what is meant |
| 4 alternative suppliers | no single loss hits critical work, but an outside element is in a cut set of two, or critical work does not go on when everything outside is lost together |
| 5 full autonomy | neither: nothing outside is in a cut set up to two losses, and critical work goes on without all of it |

**SOV-5.6 Single Point of Dependency.** Work *relies* on the outside when an option that serves it today, or a cut set up to two losses, has an
outside element; work that has stopped, when one of its options has.

| Answer | When |
|---|---|
| 1 only outside | all work relies on it, and no option of any work is only at home |
| 2 mostly, in critical services | more than half of the critical work relies on it |
| 3 few, in critical services | some critical work does; or more than half of the other work, or work that holdfast.yaml does not state |
| 4 few, in other services, documented | at most half of the other work relies on it, all of it stated in holdfast.yaml |
| 5 none | no work relies on it |

**SOV-2.4 Export Control Restrictions.** A directive counts when it is enforced, in force at the instant and issued by an authority outside home
(or by one of which nobody knows where it is). What a vendor did on its own is no restriction of an authority.

| Answer | When |
|---|---|
| 1 towards a state | such a directive denies an option of some work to everybody |
| 2 towards citizens | it denies one to some classes of people, as one about foreign persons does |
| 3 share of revenues | is never shown: revenues are not simulated. Work that is exposed and not restricted is a gap, and an attestation may say 3 at most |
| 4 part of the offer cannot be exposed | all critical work goes on, qualified, when everything outside is lost together |
| 5 nothing can be exposed | no work relies on the outside |

## Answers by the catalogue

Only where the words of the ladder can be decided from facts with a source, and the model of all work is known; else the criterion is a gap.

**SOV-3.5 AI services**, over the models that serve work today: 4 when all their vendors are at home; 3 when all critical work is served by, or
may fall back on, a model with open weights; 1 when no option has open weights and no vendor is at home; a gap in between, where the ladder asks
for licences. 5 asks for chips and is left to an attestation.

**SOV-6.3 Open Source Availability**: 1 when the weights of all models in use are known to be closed; 3 when all are open under a licence of the
Open Source Initiative (Apache-2.0, MIT, BSD, ISC, MPL-2.0): who governs them stays open, so an attestation may say 4 or 5. Else a gap.

## Attestations

\`sovereignty.answers\` in holdfast.yaml answers what only a person can, with evidence, a name and a day. It fills gaps and may lower what the
facts show. One that is better than the facts allow is reported as a contradiction and does not count.

## Workflows

A workflow with \`requiredSeal\` is assessed from its own part of the portfolio (to itself it is critical) and the attestations of the
organisation. Those below are listed with the criteria that set their level.

## The AI extension

Apart, and never part of the score: per layer of dependence the concentration of criticality-weighted work as it is served today, as
Herfindahl-Hirschman index (Σ share² × 10,000) with the effective number of equal parts, over the part of the work for which the layer is known;
and the cut-off exposure, the share of all criticality-weighted work that some single loss in the layer stops, with the worst one. Work done by
tools or people counts in the second only.

## Ladders

${framework.objectives.map(ladder).join('\n')}`
}

const answeredBy: Readonly<Record<string, string>> = {
  'SOV-1.8': 'simulation',
  'SOV-2.4': 'simulation',
  'SOV-4.6': 'simulation',
  'SOV-5.6': 'simulation',
  'SOV-3.5': 'catalogue',
  'SOV-6.3': 'catalogue',
}

type Objective = SovereigntyFramework['objectives'][number]

function criteriaOf(framework: SovereigntyFramework) {
  return framework.objectives.flatMap((one) => one.criteria)
}

function inertOf(framework: SovereigntyFramework): readonly string[] {
  return criteriaOf(framework)
    .filter((one) => one.answers.every((answer) => answer.seal === 4))
    .map((one) => one.id)
}

function ladder(objective: Objective): string {
  const rows = objective.criteria.map((criterion) => {
    const answers = criterion.answers.map(
      (answer, index) =>
        `${index + 1}: ${answer.label ?? '(no label in the source)'} (${answer.value}, SEAL-${answer.seal})`,
    )
    return `| ${criterion.id} | ${criterion.description} | ${answeredBy[criterion.id] ?? 'attestation'} | ${answers.join('<br>')} |`
  })
  return `### ${objective.code} ${objective.name}\n\n| Criterion | | Answered by | Answers: value, SEAL |\n|---|---|---|---|\n${rows.join('\n')}\n`
}
