import { clopperPearson } from '../../src/base/statistics/proportion-interval.ts'
import { seededSource } from '../../src/base/statistics/random-source.ts'
import { readTaskSet, shippedTaskSets } from '../../src/cli/tasks/read-task-set.ts'
import { planSet } from '../../src/qualification/index.ts'

const design = {
  margin: 0.05,
  alpha: 0.05,
  power: 0.8,
  discordance: 0.1,
  correlation: 0.5,
  mode: 'fixed-n',
} as const

/** docs/reference/starter-sets.md: how far the graders of the shipped sets are measured, and what the sets can show. */
export async function starterSetsPage(): Promise<string> {
  const rows: string[] = []
  for (const name of shippedTaskSets()) {
    const { tasks } = await readTaskSet(name)
    const good = tasks.reduce((sum, { knownGood = [] }) => sum + knownGood.length, 0)
    const bad = tasks.reduce((sum, { knownBad = [] }) => sum + knownBad.length, 0)
    const plan = planSet(tasks, design, seededSource(1))
    rows.push(
      `| \`${name}\` | ${tasks.length} | ${plan.clusters} | ${allOf(good)} | ${allOf(bad)} | ${plan.needed} | ${marginText(plan.smallestMargin)} | ${marginText(plan.marginWithPower)} |`,
    )
  }
  return `# The task sets that ship

[The guide](../guide/tasks.md) says what they are for. Their graders are measured on answers whose worth is known: all good ones must pass
and all bad ones must fail, and the tests of holdfast fail where one does not. How much that proves, the exact interval tells (Clopper and
Pearson, 95 %): of 70 right ones of 70, that graders are right at least 94.9 % of the time on such answers. They are answers that somebody wrote
for this purpose; \`holdfast tasks check --grade\` measures the graders of your sets on yours.

| Set | Tasks | Clusters | Good answers that pass | Bad answers that fail | Tasks needed | Margin without a loss | Margin with power |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

Tasks needed: in clusters of these sizes, for a margin of ${design.margin} at alpha ${design.alpha}, power ${design.power} and ${design.discordance * 100} % discordance, where tasks of a cluster come out
alike by ${design.correlation}; on their own it would be ${planSet([], design, seededSource(1)).neededAlone}. Margin without a loss: the smallest that the set can show at all, where the incumbent alone passes no task
that the candidate fails. Margin with power: the smallest that it shows in ${design.power * 100} of 100 trials of a candidate that is as good. So the sets that ship
are for learning and for a first look; what they cannot show, \`holdfast tasks check SET --need --margin 0.05\` says of any set.
`
}

function allOf(count: number): string {
  const { lower, upper } = clopperPearson(count, count, 0.95)
  return `${count} of ${count} (${lower.toFixed(3)} to ${upper.toFixed(3)})`
}

function marginText(margin: number | null): string {
  return margin === null ? 'none' : margin.toFixed(3)
}
