import { cancel, confirm, intro, isCancel, multiselect, outro, text } from '@clack/prompts'
import type { ConfigProposal } from '../audit/index.ts'

/** Lets somebody at a terminal decide on the guesses of `holdfast init`; null when it was broken off. */
export async function askAbout(proposal: ConfigProposal): Promise<ConfigProposal | null> {
  intro('holdfast init')
  const organisation = await text({
    message: 'Name of the organisation',
    initialValue: proposal.organisation,
  })
  if (isCancel(organisation)) return stopped()
  const jurisdiction = await text({
    message: 'Where is it at home? (ISO 3166-1 alpha-2, empty if not to be said)',
    initialValue: proposal.homeJurisdiction ?? '',
    validate: (value) =>
      /^(?:[A-Za-z]{2})?$/.test(value ?? '') ? undefined : 'two letters, such as DE',
  })
  if (isCancel(jurisdiction)) return stopped()
  const kept = await multiselect({
    message: 'Which of these guesses are workflows of yours? Those left out are not written.',
    options: proposal.workflows.map(({ value, reason }) => ({
      value: value.id,
      label: `${value.id} (${value.task}, ${value.model ?? 'model not told'})`,
      hint: reason,
    })),
    initialValues: proposal.workflows.map(({ value }) => value.id),
    required: false,
  })
  if (isCancel(kept)) return stopped()
  const isReviewed = await confirm({
    message: 'Have you checked task and model of each? No leaves "review: needed" in the file.',
    initialValue: false,
  })
  if (isCancel(isReviewed)) return stopped()
  outro('writing')
  return {
    ...proposal,
    organisation,
    homeJurisdiction: jurisdiction === '' ? null : jurisdiction.toUpperCase(),
    workflows: proposal.workflows
      .filter(({ value }) => kept.includes(value.id))
      .map((guess) => (isReviewed ? reviewed(guess) : guess)),
  }
}

function reviewed(guess: ConfigProposal['workflows'][number]): ConfigProposal['workflows'][number] {
  const { review: _review, ...value } = guess.value
  return { ...guess, value }
}

function stopped(): null {
  cancel('nothing was written')
  process.exitCode = 130
  return null
}
