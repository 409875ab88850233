import type { SettingsOf } from '../../schema/grader-settings.ts'
import { failed, type Grader, passed } from './grader.ts'

export const exact: Grader<'exact'> = {
  id: 'exact',
  title: 'the answer is one of the expected texts',
  needs: 'nothing',
  problem: (_settings, task) =>
    expectedTexts(task.expected).length === 0 ? '`expected` is no text and no list of texts' : null,
  grade: (settings, task, answer) => {
    const given = normal(answer.text, settings)
    return expectedTexts(task.expected).some((text) => normal(text, settings) === given)
      ? passed('as expected')
      : failed('another text than expected')
  },
}

function expectedTexts(expected: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(expected) ? expected : [expected]
  return all.flatMap((one) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
      ? [String(one)]
      : [],
  )
}

function normal(
  text: string,
  { ignoreCase, ignorePunctuation, ignoreSpace }: SettingsOf<'exact'>,
): string {
  let normalised = text.normalize('NFC')
  if (ignoreCase === true) normalised = normalised.toLowerCase()
  if (ignorePunctuation === true) normalised = normalised.replace(/\p{P}/gu, '')
  if (ignoreSpace !== false) normalised = normalised.trim().replace(/\s+/g, ' ')
  return normalised
}
