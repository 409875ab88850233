import { linearTimeProblem } from '../../base/linear-time-problem.ts'
import { failed, type Grader, passed } from './grader.ts'

/** An answer that is longer is looked at up to here. */
const textLengthMax = 1_000_000

export const regex: Grader<'regex'> = {
  id: 'regex',
  title: 'a regular expression is found in the answer, or is not',
  needs: 'nothing',
  // Patterns come out of imported files, and answers from models: neither may make the other slow.
  problem: ({ pattern, ignoreCase }) =>
    linearTimeProblem(pattern, { isSearched: true, ignoreCase: ignoreCase === true }),
  grade: ({ pattern, ignoreCase, mustMatch = true }, _task, answer) => {
    const expression = new RegExp(pattern, ignoreCase === true ? 'i' : '')
    const isFound = expression.test(answer.text.slice(0, textLengthMax))
    const reason = isFound ? `\`${pattern}\` is found` : `\`${pattern}\` is not found`
    return isFound === mustMatch ? passed(reason) : failed(reason)
  },
}
