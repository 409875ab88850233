import type { SovereigntyFramework } from '../../schema/sovereignty.ts'

/** What a person attests of one criterion. Answers count from 1. */
export interface AttestedAnswer {
  readonly criterion: string
  readonly answer: number
  readonly evidence: readonly string[]
  readonly by: string
  readonly at: string
}

export interface AnswerProblem {
  /** Which of the answers, from 0. */
  readonly index: number
  readonly key: 'criterion' | 'answer'
  readonly message: string
  readonly expected: string
}

/** Answers that the framework does not have, and criteria that are answered twice. */
export function checkAnswers(
  framework: SovereigntyFramework,
  answers: readonly AttestedAnswer[],
): readonly AnswerProblem[] {
  const criteria = new Map(
    framework.objectives.flatMap((one) => one.criteria.map((own) => [own.id, own] as const)),
  )
  const seen = new Set<string>()
  return answers.flatMap(({ criterion, answer }, index): readonly AnswerProblem[] => {
    const known = criteria.get(criterion)
    if (known === undefined) {
      const objective = framework.objectives.find((one) => criterion.startsWith(`${one.code}.`))
      return [
        {
          index,
          key: 'criterion',
          message: `the framework has no criterion \`${criterion}\``,
          expected:
            objective === undefined
              ? 'one from SOV-1 to SOV-8'
              : `${objective.criteria[0]?.id} to ${objective.criteria.at(-1)?.id}`,
        },
      ]
    }
    if (seen.has(criterion)) {
      return [
        {
          index,
          key: 'criterion',
          message: `\`${criterion}\` is answered twice`,
          expected: 'one answer a criterion',
        },
      ]
    }
    seen.add(criterion)
    if (Number.isInteger(answer) && answer >= 1 && answer <= known.answers.length) return []
    return [
      {
        index,
        key: 'answer',
        message: `\`${criterion}\` has no answer ${answer}`,
        expected: `1 to ${known.answers.length}: ${known.answers
          .map((one, number) => `${number + 1} ${one.label ?? '(no label in the source)'}`)
          .join('; ')}`,
      },
    ]
  })
}
