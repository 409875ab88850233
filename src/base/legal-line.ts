/**
 * The sentence under everything that rests on a directive: which text was applied, and whether anybody has signed it.
 * `asOf` is the day on which the text was read; null: nobody recorded it.
 */
export function legalLine(asOf: string | null, review: string): string {
  return `Applies the rule as recorded (text as of ${asOf ?? 'a day that is not recorded'}, review: ${review}). Not legal advice; counsel decides.`
}
